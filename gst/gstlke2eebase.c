/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Base of both elements: properties, keys, caps, state, the way of a buffer.
 *
 * One decision point per buffer, generate_output(): it takes the queued input,
 * has the subclass process it out of place, counts its fate and gives the
 * result to GstBaseTransform, which does segment, flush, events and DISCONT. */

#include "gstlke2eebase.h"

#include <string.h>

#include "gstlke2eeallocator.h"
#include "gstlke2eeerror.h"
#include "gstlke2eekeyactions.h"
#include "gstlke2eekeys.h"
#include "gstlke2eenegotiation.h"

GST_DEBUG_CATEGORY_STATIC (lke2ee_base_debug);
#define GST_CAT_DEFAULT lke2ee_base_debug

typedef struct _Lke2eeBasePrivate Lke2eeBasePrivate;

struct _Lke2eeBasePrivate
{
  Lke2eeKeys *keys;
  Lke2eeReport *report;
  GstAllocator *allocator;
  gint enabled;                 /* atomic */
  gint settings_serial;         /* atomic; participant, provider */

  /* guarded by the object lock */
  char *participant;
  char *track_id;

  /* of the streaming thread, or while there is none */
  Lke2eeNegotiation negotiation;
  Lke2eeFrameCryptor *cryptor;
  guint n_cryptors;             /* made so far */
  gint cryptor_serial;
  gint cryptor_keys_serial;
  guint64 n_iv_skipped;
  guint64 n_ratcheted;
  gboolean refused;             /* caps; upstream may send them many times */
};

enum
{
  PROP_KEY_PROVIDER = 1,
  PROP_PASSPHRASE,
  PROP_PASSPHRASE_FILE,
  PROP_KEY,
  PROP_KEY_FILE,
  PROP_PARTICIPANT,
  PROP_TRACK_ID,
  PROP_KEY_INDEX,
  PROP_ENABLED,
  PROP_STATE,
  PROP_STATS,
  N_PROPS
};

enum
{
  SIGNAL_STATE_CHANGED,
  SIGNAL_REQUEST_KEY,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void child_proxy_init (gpointer iface, gpointer data);
static void push_unfinished_picture (Lke2eeBase * self);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (Lke2eeBase, lke2ee_base,
    GST_TYPE_BASE_TRANSFORM, G_ADD_PRIVATE (Lke2eeBase)
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, child_proxy_init));

#define PRIVATE(self) ((Lke2eeBasePrivate *) \
    lke2ee_base_get_instance_private (self))

/* Child proxy: the provider, so that its options have names on a command
 * line. */

static GObject *
child_by_name (GstChildProxy * proxy, const char *name)
{
  if (g_strcmp0 (name, "key-provider") != 0)
    return NULL;
  return G_OBJECT (lke2ee_key_source_dup_provider (lke2ee_keys_peek_source
          (PRIVATE (LKE2EE_BASE (proxy))->keys)));
}

static GObject *
child_by_index (GstChildProxy * proxy, guint index)
{
  return index == 0 ? child_by_name (proxy, "key-provider") : NULL;
}

static guint
children_count (GstChildProxy * proxy)
{
  return 1;
}

static void
child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_name = child_by_name;
  proxy->get_child_by_index = child_by_index;
  proxy->get_children_count = children_count;
}

/* Keys */

static char *
dup_participant (Lke2eeBase * self)
{
  GST_OBJECT_LOCK (self);
  char *participant = g_strdup (PRIVATE (self)->participant);
  GST_OBJECT_UNLOCK (self);
  return participant;
}

static void
lke2ee_base_set_context (GstElement * element, GstContext * context)
{
  lke2ee_keys_set_context (PRIVATE (LKE2EE_BASE (element))->keys, context);
  GST_ELEMENT_CLASS (lke2ee_base_parent_class)->set_context (element,
      context);
}

/* The cryptor for the provider and participant of now. */
static Lke2eeFrameCryptor *
ensure_cryptor (Lke2eeBase * self)
{
  Lke2eeBasePrivate *priv = PRIVATE (self);
  gint serial = g_atomic_int_get (&priv->settings_serial);
  Lke2eeKeySource *source = lke2ee_keys_peek_source (priv->keys);
  gint keys_serial = lke2ee_key_source_get_serial (source);

  if (priv->cryptor != NULL && priv->cryptor_serial == serial
      && priv->cryptor_keys_serial == keys_serial)
    return priv->cryptor;

  g_autoptr (Lke2eeKeyProvider) provider =
      lke2ee_key_source_dup_provider (source);
  g_autofree char *participant = dup_participant (self);

  g_clear_object (&priv->cryptor);
  priv->cryptor = lke2ee_frame_cryptor_new (provider, participant,
      priv->negotiation.in.codec);
  priv->n_cryptors++;
  priv->cryptor_serial = serial;
  priv->cryptor_keys_serial = keys_serial;
  lke2ee_keys_forget_requests (priv->keys);
  priv->n_iv_skipped = 0;
  priv->n_ratcheted = 0;
  return priv->cryptor;
}

/* Caps */

static gboolean
lke2ee_base_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  Lke2eeBase *self = LKE2EE_BASE (trans);

  if (GST_EVENT_IS_SERIALIZED (event)
      && GST_EVENT_TYPE (event) != GST_EVENT_FLUSH_STOP)
    push_unfinished_picture (self);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    g_autofree char *why_not = NULL;
    Lke2eeStreamInfo info;
    GstCaps *caps;

    gst_event_parse_caps (event, &caps);
    if (!lke2ee_caps_parse (caps, &info, &why_not)) {
      if (!PRIVATE (self)->refused)
        LKE2EE_ELEMENT_ERROR (self, STREAM, WRONG_TYPE, ("%s.", why_not));
      PRIVATE (self)->refused = TRUE;
      gst_event_unref (event);
      return FALSE;
    }
    PRIVATE (self)->refused = FALSE;
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    LKE2EE_BASE_GET_CLASS (self)->flush (self);
  }
  return GST_BASE_TRANSFORM_CLASS (lke2ee_base_parent_class)->sink_event
      (trans, event);
}

static GstCaps *
lke2ee_base_transform_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * filter)
{
  return lke2ee_negotiation_transform_caps (&PRIVATE (LKE2EE_BASE
          (trans))->negotiation, direction, caps, filter);
}

static GstCaps *
lke2ee_base_fixate_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * othercaps)
{
  return lke2ee_negotiation_fixate_caps (&PRIVATE (LKE2EE_BASE
          (trans))->negotiation, direction, caps, othercaps);
}

static gboolean
lke2ee_base_set_caps (GstBaseTransform * trans, GstCaps * in, GstCaps * out)
{
  Lke2eeBase *self = LKE2EE_BASE (trans);
  Lke2eeBasePrivate *priv = PRIVATE (self);
  g_autofree char *why_not = NULL;
  gboolean is_new;

  if (!lke2ee_negotiation_set_caps (&priv->negotiation, in, out, &is_new,
          &why_not)) {
    LKE2EE_ELEMENT_ERROR (self, STREAM, WRONG_TYPE, ("%s.", why_not));
    return FALSE;
  }
  if (priv->cryptor != NULL)
    lke2ee_frame_cryptor_set_codec (priv->cryptor,
        priv->negotiation.in.codec);
  return !is_new || LKE2EE_BASE_GET_CLASS (self)->new_stream (self, in);
}

const Lke2eeStreamInfo *
lke2ee_base_peek_in (Lke2eeBase * self)
{
  return &PRIVATE (self)->negotiation.in;
}

const Lke2eeStreamInfo *
lke2ee_base_peek_out (Lke2eeBase * self)
{
  return &PRIVATE (self)->negotiation.out;
}

void
lke2ee_base_update_codec_data (Lke2eeBase * self, GstBuffer * codec_data)
{
  lke2ee_negotiation_update_codec_data (&PRIVATE (self)->negotiation,
      GST_BASE_TRANSFORM (self), codec_data);
}

/* Pools of downstream have buffers of one size; ours do not. */
static gboolean
lke2ee_base_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

/* Buffers */

GstBuffer *
lke2ee_base_begin_output (Lke2eeBase * self, GstBuffer * in, gsize capacity,
    GstMapInfo * map)
{
  GstBuffer *out =
      gst_buffer_new_allocate (PRIVATE (self)->allocator, capacity, NULL);

  if (out == NULL)
    return NULL;
  /* It has one memory, so its buffer need not be asked to merge any. */
  if (!gst_memory_map (gst_buffer_peek_memory (out, 0), map, GST_MAP_WRITE)) {
    gst_buffer_unref (out);
    return NULL;
  }
  gst_buffer_copy_into (out, in, GST_BUFFER_COPY_FLAGS
      | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META, 0, -1);
  return out;
}

void
lke2ee_base_finish_output (GstBuffer ** out, GstMapInfo * map, gsize size)
{
  gst_memory_unmap (map->memory, map);
  if (size > 0)
    gst_memory_resize (gst_buffer_peek_memory (*out, 0), 0, size);
  else
    gst_clear_buffer (out);
}

/* Writes @unit in the clear, in the stream format of the src pad. @parser reads
 * byte-streams. */
Lke2eeFate
lke2ee_base_write_clear (Lke2eeBase * self, Lke2eeAccessUnit * unit,
    Lke2eeNalParser * parser, GstBuffer * in, GstBuffer ** out)
{
  gsize size = lke2ee_access_unit_get_size (unit);
  g_autofree guint8 *joined = g_malloc (size);
  GstMapInfo map;
  Lke2eeNal sps;

  lke2ee_access_unit_join (unit, joined);
  *out = lke2ee_base_begin_output (self, in, size + size / 3 + 1, &map);
  if (*out == NULL)
    return LKE2EE_FATE_INTERNAL_ERROR;
  if (PRIVATE (self)->negotiation.out.format == LKE2EE_FORMAT_LENGTHS)
    size = lke2ee_access_unit_write_all_lengths (parser, joined, size,
        map.data, &sps);
  else
    memcpy (map.data, joined, size);
  lke2ee_base_finish_output (out, &map, size);
  return size > 0 ? LKE2EE_FATE_CLEAR : LKE2EE_FATE_MALFORMED;
}

Lke2eeFrameCryptor *
lke2ee_base_peek_cryptor (Lke2eeBase * self)
{
  return PRIVATE (self)->cryptor;
}

/* Tells one cryptor from the next, which may lie at the same address. */
guint
lke2ee_base_get_n_cryptors (Lke2eeBase * self)
{
  return PRIVATE (self)->n_cryptors;
}

gint
lke2ee_base_get_key_index (Lke2eeBase * self)
{
  return lke2ee_keys_get_index (PRIVATE (self)->keys);
}

static Lke2eeFate
process_enabled (Lke2eeBase * self, GstBuffer * in, GstBuffer ** out)
{
  Lke2eeBasePrivate *priv = PRIVATE (self);
  Lke2eeBaseClass *klass = LKE2EE_BASE_GET_CLASS (self);
  /* A reference of its own: who is asked for a key may set the element to NULL,
   * which drops the cryptor. */
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      g_object_ref (ensure_cryptor (self));
  Lke2eeFate fate = klass->process (self, cryptor, in, out);

  if (fate == LKE2EE_FATE_MISSING_KEY
      && lke2ee_keys_request (priv->keys,
          lke2ee_frame_cryptor_get_last_key_index (cryptor))) {
    g_set_object (&cryptor, ensure_cryptor (self));
    fate = klass->process (self, cryptor, in, out);
  }

  guint64 n_iv_skipped = lke2ee_frame_cryptor_get_n_iv_skipped (cryptor);
  guint64 n_ratcheted = lke2ee_frame_cryptor_get_n_ratcheted (cryptor);
  lke2ee_report_cryptor (priv->report, n_iv_skipped - priv->n_iv_skipped,
      n_ratcheted - priv->n_ratcheted,
      lke2ee_frame_cryptor_get_last_key_index (cryptor));
  priv->n_iv_skipped = n_iv_skipped;
  priv->n_ratcheted = n_ratcheted;
  return fate;
}

static Lke2eeFate
process (Lke2eeBase * self, GstBuffer * in, GstBuffer ** out)
{
  if (gst_buffer_get_size (in) == 0) {
    /* DTX, or a gap: nothing in it to protect. */
    *out = gst_buffer_ref (in);
    return LKE2EE_FATE_CLEAR;
  }
  if (g_atomic_int_get (&PRIVATE (self)->enabled))
    return process_enabled (self, in, out);
  return LKE2EE_BASE_GET_CLASS (self)->pass (self, in, out);
}

static GstFlowReturn
flow_from_fate (Lke2eeBase * self, Lke2eeFate fate)
{
  if (fate == LKE2EE_FATE_INTERNAL_ERROR) {
    LKE2EE_ELEMENT_ERROR (self, LIBRARY, FAILED,
        ("The cipher or its memory failed. The stream stops here rather than "
            "go on in the clear."));
    return GST_FLOW_ERROR;
  }
  return lke2ee_report_fate_is_drop (fate) ?
      GST_BASE_TRANSFORM_FLOW_DROPPED : GST_FLOW_OK;
}

static GstBuffer *
finish_picture (Lke2eeBase * self, GstBuffer * next)
{
  Lke2eeBaseClass *klass = LKE2EE_BASE_GET_CLASS (self);
  GstBuffer *picture =
      klass->finish_picture ? klass->finish_picture (self, next) : NULL;

  /* All its frames counted as joined, and one of them goes out after all. */
  if (picture != NULL)
    lke2ee_report_unjoined (PRIVATE (self)->report);
  return picture;
}

/* Before an event that ends what went before. */
static void
push_unfinished_picture (Lke2eeBase * self)
{
  GstBuffer *picture = finish_picture (self, NULL);

  if (picture != NULL)
    gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), picture);
}

static GstFlowReturn
lke2ee_base_generate_output (GstBaseTransform * trans, GstBuffer ** out)
{
  Lke2eeBase *self = LKE2EE_BASE (trans);
  Lke2eeBaseClass *klass = LKE2EE_BASE_GET_CLASS (self);

  *out = NULL;
  if (trans->queued_buf == NULL)
    return GST_FLOW_OK;
  /* An unfinished picture goes first; this is called again for the frame. */
  *out = finish_picture (self, trans->queued_buf);
  if (*out != NULL)
    return GST_FLOW_OK;

  g_autoptr (GstBuffer) in = g_steal_pointer (&trans->queued_buf);

  Lke2eeFate first_fate = process (self, in, out);
  Lke2eeFate fate = klass->after ? klass->after (self, first_fate, in)
      : first_fate;
  gboolean waits = fate != first_fate;
  if (lke2ee_report_fate_is_drop (fate))
    gst_clear_buffer (out);
  if (*out != NULL && klass->join != NULL)
    fate = klass->join (self, fate, out);
  lke2ee_report_frame (PRIVATE (self)->report, fate,
      gst_buffer_get_size (in), !waits);
  return flow_from_fate (self, fate);
}

/* State */

static GstStateChangeReturn
lke2ee_base_change_state (GstElement * element, GstStateChange transition)
{
  Lke2eeBase *self = LKE2EE_BASE (element);
  Lke2eeBasePrivate *priv = PRIVATE (self);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    if (!lke2ee_keys_start (priv->keys, g_atomic_int_get (&priv->enabled)))
      return GST_STATE_CHANGE_FAILURE;
    lke2ee_report_reset (priv->report);
    priv->refused = FALSE;
  }
  result = GST_ELEMENT_CLASS (lke2ee_base_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    lke2ee_keys_stop (priv->keys);
    lke2ee_report_stop (priv->report);
    LKE2EE_BASE_GET_CLASS (self)->flush (self);
    LKE2EE_BASE_GET_CLASS (self)->forget (self);
    lke2ee_negotiation_clear (&priv->negotiation);
  } else if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    /* The next cryptor starts at another random IV: none comes twice. */
    g_clear_object (&priv->cryptor);
    lke2ee_keys_forget_context (priv->keys);
  }
  return result;
}

/* Properties */

static void
set_enabled (Lke2eeBase * self, gboolean enabled)
{
  Lke2eeBasePrivate *priv = PRIVATE (self);

  gboolean old = g_atomic_int_get (&priv->enabled);

  g_atomic_int_set (&priv->enabled, enabled);
  if (old != enabled)
    lke2ee_report_enabled (priv->report, enabled);
}

static void
set_string (Lke2eeBase * self, char **where, const GValue * value)
{
  GST_OBJECT_LOCK (self);
  g_free (*where);
  *where = g_value_dup_string (value);
  GST_OBJECT_UNLOCK (self);
}

static void
lke2ee_base_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  Lke2eeBase *self = LKE2EE_BASE (object);
  Lke2eeBasePrivate *priv = PRIVATE (self);

  switch (id) {
    case PROP_KEY_PROVIDER:
      lke2ee_keys_set_provider (priv->keys, g_value_get_object (value));
      break;
    case PROP_PASSPHRASE:
    case PROP_PASSPHRASE_FILE:
    case PROP_KEY:
    case PROP_KEY_FILE:
      lke2ee_keys_set_secret (priv->keys,
          LKE2EE_SECRET_PASSPHRASE + (id - PROP_PASSPHRASE),
          g_value_get_string (value));
      break;
    case PROP_PARTICIPANT:
      set_string (self, &priv->participant, value);
      g_atomic_int_inc (&priv->settings_serial);
      break;
    case PROP_TRACK_ID:
      set_string (self, &priv->track_id, value);
      break;
    case PROP_KEY_INDEX:
      lke2ee_keys_set_index (priv->keys, g_value_get_int (value));
      break;
    case PROP_ENABLED:
      set_enabled (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_base_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  Lke2eeBase *self = LKE2EE_BASE (object);
  Lke2eeBasePrivate *priv = PRIVATE (self);

  switch (id) {
    case PROP_KEY_PROVIDER:
      g_value_take_object (value,
          lke2ee_key_source_dup_outside (lke2ee_keys_peek_source
              (priv->keys)));
      break;
    case PROP_PASSPHRASE_FILE:
    case PROP_KEY_FILE:
      g_value_take_string (value,
          lke2ee_key_source_dup_path (lke2ee_keys_peek_source (priv->keys),
              LKE2EE_SECRET_PASSPHRASE + (id - PROP_PASSPHRASE)));
      break;
    case PROP_PARTICIPANT:
      g_value_take_string (value, dup_participant (self));
      break;
    case PROP_TRACK_ID:
      GST_OBJECT_LOCK (self);
      g_value_set_string (value, priv->track_id);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_KEY_INDEX:
      g_value_set_int (value, lke2ee_keys_get_index (priv->keys));
      break;
    case PROP_ENABLED:
      g_value_set_boolean (value, g_atomic_int_get (&priv->enabled));
      break;
    case PROP_STATE:
      g_value_set_enum (value, lke2ee_report_get_state (priv->report));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, lke2ee_report_get_stats (priv->report));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_base_finalize (GObject * object)
{
  Lke2eeBasePrivate *priv = PRIVATE (LKE2EE_BASE (object));

  g_clear_object (&priv->cryptor);
  lke2ee_negotiation_clear (&priv->negotiation);
  lke2ee_report_free (priv->report);
  lke2ee_keys_free (priv->keys);
  gst_object_unref (priv->allocator);
  g_free (priv->participant);
  g_free (priv->track_id);
  G_OBJECT_CLASS (lke2ee_base_parent_class)->finalize (object);
}

/* Not in init: there the class is still that of the base. */
static void
lke2ee_base_constructed (GObject * object)
{
  Lke2eeBase *self = LKE2EE_BASE (object);

  G_OBJECT_CLASS (lke2ee_base_parent_class)->constructed (object);
  Lke2eeBaseClass *klass = LKE2EE_BASE_GET_CLASS (self);
  Lke2eeBasePrivate *priv = PRIVATE (self);

  priv->keys = lke2ee_keys_new (GST_ELEMENT (self),
      signals[SIGNAL_REQUEST_KEY], klass->encrypts);
  priv->report = lke2ee_report_new (GST_ELEMENT (self),
      signals[SIGNAL_STATE_CHANGED], klass->encrypts);
  priv->negotiation.joins_layers = klass->joins_layers;
  priv->negotiation.preferred_sink_format = klass->preferred_sink_format;
  priv->negotiation.preferred_src_format = klass->preferred_src_format;
}

static void
install_secret_properties (void)
{
  const GParamFlags write = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;
  const GParamFlags both = write | G_PARAM_READABLE;

  props[PROP_KEY_PROVIDER] = g_param_spec_object ("key-provider",
      "Key provider", "Where keys come from; unset: a GstContext, else the "
      "element's own shared-key provider", LKE2EE_TYPE_KEY_PROVIDER, both);
  props[PROP_PASSPHRASE] = g_param_spec_string ("passphrase", "Passphrase",
      "Shared passphrase (write-only; prefer passphrase-file)", NULL, write);
  props[PROP_PASSPHRASE_FILE] = g_param_spec_string ("passphrase-file",
      "Passphrase file", "File with the shared passphrase", NULL, both);
  props[PROP_KEY] = g_param_spec_string ("key", "Key",
      "Shared raw key of 16 to 1024 bytes as hex:... or base64:... "
      "(write-only; prefer key-file)", NULL, write);
  props[PROP_KEY_FILE] = g_param_spec_string ("key-file", "Key file",
      "File with the bytes of the shared raw key", NULL, both);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  install_secret_properties ();
  props[PROP_PARTICIPANT] = g_param_spec_string ("participant",
      "Participant", "Identity whose keys are used; unset: the shared ring",
      NULL, both);
  props[PROP_TRACK_ID] = g_param_spec_string ("track-id", "Track id",
      "Names the track in messages and statistics", NULL, both);
  props[PROP_KEY_INDEX] = g_param_spec_int ("key-index", "Key index",
      "Encryptor: slot to send with (-1 = the current one). Decryptor: slot "
      "for the secret properties", -1, 255, -1, both);
  props[PROP_ENABLED] = g_param_spec_boolean ("enabled", "Enabled",
      "FALSE passes frames in the clear", TRUE, both);
  props[PROP_STATE] = g_param_spec_enum ("state", "State",
      "What the last frames came to", LKE2EE_TYPE_CRYPTION_STATE,
      LKE2EE_CRYPTION_STATE_NEW, read);
  props[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counters since the stream began", GST_TYPE_STRUCTURE, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
install_signals (GType type)
{
  signals[SIGNAL_STATE_CHANGED] = g_signal_new ("state-changed", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
      LKE2EE_TYPE_CRYPTION_STATE, LKE2EE_TYPE_CRYPTION_STATE);
  signals[SIGNAL_REQUEST_KEY] = g_signal_new ("request-key", type,
      G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
      G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_INT);
}

static void
add_pad_templates (GstElementClass * element_class)
{
  g_autoptr (GstCaps) caps = lke2ee_caps_new_template ();

  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
}

static void
lke2ee_base_class_init (Lke2eeBaseClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (lke2ee_base_debug, "lke2ee", 0,
      "end-to-end encryption of frames");

  object_class->set_property = lke2ee_base_set_property;
  object_class->get_property = lke2ee_base_get_property;
  object_class->constructed = lke2ee_base_constructed;
  object_class->finalize = lke2ee_base_finalize;
  install_properties (object_class);
  lke2ee_key_actions_install (G_TYPE_FROM_CLASS (klass));
  install_signals (G_TYPE_FROM_CLASS (klass));

  element_class->change_state = GST_DEBUG_FUNCPTR (lke2ee_base_change_state);
  element_class->set_context = GST_DEBUG_FUNCPTR (lke2ee_base_set_context);
  add_pad_templates (element_class);

  trans_class->sink_event = GST_DEBUG_FUNCPTR (lke2ee_base_sink_event);
  trans_class->transform_caps = GST_DEBUG_FUNCPTR (lke2ee_base_transform_caps);
  trans_class->fixate_caps = GST_DEBUG_FUNCPTR (lke2ee_base_fixate_caps);
  trans_class->set_caps = GST_DEBUG_FUNCPTR (lke2ee_base_set_caps);
  trans_class->decide_allocation =
      GST_DEBUG_FUNCPTR (lke2ee_base_decide_allocation);
  trans_class->generate_output =
      GST_DEBUG_FUNCPTR (lke2ee_base_generate_output);
  /* Never the input itself: downstream would see a frame in the clear. */
  trans_class->passthrough_on_same_caps = FALSE;

  gst_type_mark_as_plugin_api (LKE2EE_TYPE_BASE, 0);
  gst_type_mark_as_plugin_api (LKE2EE_TYPE_CRYPTION_STATE, 0);
  gst_type_mark_as_plugin_api (LKE2EE_TYPE_KEY_PROVIDER, 0);
}

static void
lke2ee_base_init (Lke2eeBase * self)
{
  Lke2eeBasePrivate *priv = PRIVATE (self);

  priv->allocator = lke2ee_allocator_obtain ();
  priv->enabled = TRUE;
  /* Without transform functions it would take this for a passthrough, and leave
   * allocation to the neighbours. */
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), FALSE);
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), FALSE);
  /* Dropping an encoded frame for lateness would break those after it. */
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), FALSE);
}
