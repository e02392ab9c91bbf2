/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Sources of keys, strongest first: the key-provider property, a GstContext,
 * the element's own shared-key provider with the secret properties.
 *
 * A secret waits here, in secret memory, from the property being set to the
 * element leaving READY: only then the options of the ring are all known. */

#include "gstlke2eekeysource.h"

#include <string.h>

/* A passphrase file may end in a newline; beyond this it is the wrong file. */
#define MAX_PASSPHRASE_FILE_SIZE 65536
#define MAX_KEY_FILE_SIZE 1024

typedef struct _Secret Secret;

struct _Secret
{
  gboolean is_set;
  gboolean is_pending;          /* not a key yet */
  char *path;                   /* of a file */
  GBytes *bytes;                /* of the others; NULL if malformed */
  GError *error;                /* why it is malformed */
};

struct _Lke2eeKeySource
{
  gint serial;                  /* atomic */
  Lke2eeKeyProvider *own;
  GMutex lock;
  /* guarded by lock */
  Lke2eeKeyProvider *outside;
  Lke2eeKeyProvider *from_context;
  Secret secrets[LKE2EE_N_SECRETS];
  GBytes *last_applied;
  gint last_index;
};

static const char *const secret_names[] = {
  [LKE2EE_SECRET_PASSPHRASE] = "passphrase",
  [LKE2EE_SECRET_PASSPHRASE_FILE] = "passphrase-file",
  [LKE2EE_SECRET_KEY] = "key",
  [LKE2EE_SECRET_KEY_FILE] = "key-file",
};

Lke2eeKeySource *
lke2ee_key_source_new (void)
{
  Lke2eeKeySource *self = g_new0 (Lke2eeKeySource, 1);

  self->own = lke2ee_key_provider_new (TRUE);
  g_mutex_init (&self->lock);
  return self;
}

static void
secret_clear (Secret * secret)
{
  g_clear_pointer (&secret->path, g_free);
  g_clear_pointer (&secret->bytes, g_bytes_unref);
  g_clear_error (&secret->error);
  secret->is_set = FALSE;
  secret->is_pending = FALSE;
}

void
lke2ee_key_source_free (Lke2eeKeySource * self)
{
  for (guint i = 0; i < LKE2EE_N_SECRETS; i++)
    secret_clear (&self->secrets[i]);
  g_clear_pointer (&self->last_applied, g_bytes_unref);
  g_clear_object (&self->outside);
  g_clear_object (&self->from_context);
  g_object_unref (self->own);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gint
lke2ee_key_source_get_serial (Lke2eeKeySource * self)
{
  return g_atomic_int_get (&self->serial);
}

/* Called with the lock held. */
static Lke2eeKeyProvider *
provider_in_use (Lke2eeKeySource * self)
{
  if (self->outside != NULL)
    return self->outside;
  return self->from_context != NULL ? self->from_context : self->own;
}

Lke2eeKeyProvider *
lke2ee_key_source_dup_provider (Lke2eeKeySource * self)
{
  g_mutex_lock (&self->lock);
  Lke2eeKeyProvider *provider = g_object_ref (provider_in_use (self));
  g_mutex_unlock (&self->lock);
  return provider;
}

/* The one that was set as property, or NULL. */
Lke2eeKeyProvider *
lke2ee_key_source_dup_outside (Lke2eeKeySource * self)
{
  g_mutex_lock (&self->lock);
  Lke2eeKeyProvider *provider =
      self->outside != NULL ? g_object_ref (self->outside) : NULL;
  g_mutex_unlock (&self->lock);
  return provider;
}

/* Whether there is anything to expect keys from: a provider from outside, or a
 * key in our own. */
gboolean
lke2ee_key_source_has_key (Lke2eeKeySource * self)
{
  g_autoptr (Lke2eeKeyProvider) provider =
      lke2ee_key_source_dup_provider (self);

  if (provider != self->own)
    return TRUE;
  for (gint i = 0; i < 256; i++) {
    if (lke2ee_key_provider_has_key (self->own, NULL, i))
      return TRUE;
  }
  return FALSE;
}

/* Called with the lock held. */
static guint
count_secrets (Lke2eeKeySource * self, Lke2eeSecretKind * last)
{
  guint n = 0;

  for (guint i = 0; i < LKE2EE_N_SECRETS; i++) {
    if (self->secrets[i].is_set) {
      *last = i;
      n++;
    }
  }
  return n;
}

gboolean
lke2ee_key_source_has_secret (Lke2eeKeySource * self)
{
  Lke2eeSecretKind kind;

  g_mutex_lock (&self->lock);
  guint n = count_secrets (self, &kind);
  g_mutex_unlock (&self->lock);
  return n > 0;
}

gboolean
lke2ee_key_source_wants_context (Lke2eeKeySource * self)
{
  Lke2eeSecretKind kind;

  g_mutex_lock (&self->lock);
  gboolean wants = self->outside == NULL && self->from_context == NULL
      && count_secrets (self, &kind) == 0;
  g_mutex_unlock (&self->lock);
  return wants;
}

static void
replace_provider (Lke2eeKeySource * self, Lke2eeKeyProvider ** where,
    Lke2eeKeyProvider * provider)
{
  if (provider != NULL)
    g_object_ref (provider);
  g_mutex_lock (&self->lock);
  Lke2eeKeyProvider *old = *where;
  *where = provider;
  g_atomic_int_inc (&self->serial);
  g_mutex_unlock (&self->lock);
  g_clear_object (&old);
}

void
lke2ee_key_source_set_outside (Lke2eeKeySource * self,
    Lke2eeKeyProvider * provider)
{
  replace_provider (self, &self->outside, provider);
}

void
lke2ee_key_source_set_from_context (Lke2eeKeySource * self,
    Lke2eeKeyProvider * provider)
{
  replace_provider (self, &self->from_context, provider);
}

Lke2eeKeyProvider *
lke2ee_key_source_read_context (GstContext * context)
{
  Lke2eeKeyProvider *provider = NULL;

  if (context != NULL
      && gst_context_has_context_type (context, LKE2EE_CONTEXT_TYPE))
    gst_structure_get (gst_context_get_structure (context),
        LKE2EE_CONTEXT_FIELD, LKE2EE_TYPE_KEY_PROVIDER, &provider, NULL);
  return provider;
}

/* Reads what needs no file. */
static void
secret_set (Secret * secret, Lke2eeSecretKind kind, const char *text)
{
  secret_clear (secret);
  if (text == NULL)
    return;
  secret->is_set = TRUE;
  secret->is_pending = TRUE;
  switch (kind) {
    case LKE2EE_SECRET_PASSPHRASE:
      secret->bytes =
          lke2ee_secret_bytes_new ((const guint8 *) text, strlen (text));
      break;
    case LKE2EE_SECRET_KEY:
      secret->bytes =
          lke2ee_secret_bytes_new_from_text (text, &secret->error);
      break;
    default:
      secret->path = g_strdup (text);
  }
}

/* @text NULL takes the secret back; keys that were made of it stay. */
void
lke2ee_key_source_set_secret (Lke2eeKeySource * self, Lke2eeSecretKind kind,
    const char *text)
{
  g_mutex_lock (&self->lock);
  secret_set (&self->secrets[kind], kind, text);
  g_mutex_unlock (&self->lock);
}

char *
lke2ee_key_source_dup_path (Lke2eeKeySource * self, Lke2eeSecretKind kind)
{
  g_mutex_lock (&self->lock);
  char *path = g_strdup (self->secrets[kind].path);
  g_mutex_unlock (&self->lock);
  return path;
}

/* Without the one newline that editors and echo put there. */
static GBytes *
read_passphrase_file (const char *path, GError ** error)
{
  g_autoptr (GBytes) bytes = lke2ee_secret_bytes_new_from_file (path,
      MAX_PASSPHRASE_FILE_SIZE, error);
  gsize size;

  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &size);
  if (text[size - 1] == '\n')
    size--;
  if (size == 0) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "Key file '%s' is empty; write the passphrase into it", path);
    return NULL;
  }
  GBytes *passphrase = lke2ee_secret_bytes_new ((const guint8 *) text, size);
  if (passphrase == NULL)
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left for the passphrase");
  return passphrase;
}

/* What apply() takes out of the lock: reading a file can wait. */
typedef struct _Job Job;

struct _Job
{
  Lke2eeSecretKind kind;        /* LKE2EE_N_SECRETS: nothing to do */
  gboolean is_pending;
  char *path;
  GBytes *bytes;
  GError *error;
};

static void
job_clear (Job * job)
{
  g_clear_pointer (&job->path, g_free);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_error (&job->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear);

static void
job_take (Job * job, const Secret * secret)
{
  job->is_pending = secret->is_pending;
  job->path = g_strdup (secret->path);
  job->bytes = secret->bytes ? g_bytes_ref (secret->bytes) : NULL;
  job->error = secret->error ? g_error_copy (secret->error) : NULL;
}

static gboolean
job_read (Job * job, GError ** error)
{
  if (job->kind == LKE2EE_SECRET_PASSPHRASE_FILE)
    job->bytes = read_passphrase_file (job->path, error);
  else if (job->kind == LKE2EE_SECRET_KEY_FILE)
    job->bytes = lke2ee_secret_bytes_new_from_file (job->path,
        MAX_KEY_FILE_SIZE, error);
  else if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  else if (job->bytes == NULL)
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left for the passphrase");
  return job->bytes != NULL;
}

/* Called with the lock held: at most one secret, and none beside a provider
 * from outside. @kind is LKE2EE_N_SECRETS if there is none. */
static gboolean
find_secret (Lke2eeKeySource * self, Lke2eeSecretKind * kind, GError ** error)
{
  *kind = LKE2EE_N_SECRETS;
  guint n = count_secrets (self, kind);

  if (n > 1) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "More than one of passphrase, passphrase-file, key and key-file is "
        "set; set only one, and unset the others");
    return FALSE;
  }
  if (n == 1 && provider_in_use (self) != self->own) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "Both %s and a key provider are set; set only one, and unset the "
        "other",
        secret_names[*kind]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
set_own_key (Lke2eeKeySource * self, Lke2eeSecretKind kind, GBytes * bytes,
    gint index, GError ** error)
{
  if (kind == LKE2EE_SECRET_PASSPHRASE
      || kind == LKE2EE_SECRET_PASSPHRASE_FILE)
    return lke2ee_key_provider_set_passphrase_bytes (self->own, NULL, bytes,
        index, error);
  return lke2ee_key_provider_set_key (self->own, NULL, bytes,
      LKE2EE_KDF_HKDF, index, error);
}

/* Called with the lock held. What is left to do: nothing if there is no secret,
 * or one that came out of a pipe, which cannot be read twice. */
static gboolean
begin_job (Lke2eeKeySource * self, Job * job, GError ** error)
{
  if (!find_secret (self, &job->kind, error))
    return FALSE;
  if (job->kind == LKE2EE_N_SECRETS)
    return TRUE;
  job_take (job, &self->secrets[job->kind]);
  if (!job->is_pending && self->last_applied != NULL && job->path != NULL
      && g_file_test (job->path, G_FILE_TEST_EXISTS)
      && !g_file_test (job->path, G_FILE_TEST_IS_REGULAR
          | G_FILE_TEST_IS_DIR))
    job->kind = LKE2EE_N_SECRETS;
  return TRUE;
}

/* Called with the lock held. A file may hold another key than last time; what
 * is the same is not derived again. */
static gboolean
is_news (Lke2eeKeySource * self, const Job * job, gint index)
{
  return job->is_pending || self->last_applied == NULL
      || self->last_index != index
      || !lke2ee_secret_bytes_equal (self->last_applied, job->bytes);
}

/* Blocks while it reads and derives. On FALSE the old key stays. */
gboolean
lke2ee_key_source_apply (Lke2eeKeySource * self, gint key_index,
    GError ** error)
{
  g_auto (Job) job = { LKE2EE_N_SECRETS };
  gint index = MAX (key_index, 0);

  g_mutex_lock (&self->lock);
  gboolean ok = begin_job (self, &job, error);
  g_mutex_unlock (&self->lock);
  if (!ok || job.kind == LKE2EE_N_SECRETS)
    return ok;
  if (!job_read (&job, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  gboolean news = is_news (self, &job, index);
  self->secrets[job.kind].is_pending = FALSE;
  g_mutex_unlock (&self->lock);
  if (!news)
    return TRUE;

  ok = set_own_key (self, job.kind, job.bytes, index, error);
  if (!ok && job.path != NULL)
    g_prefix_error (error, "Key file '%s': ", job.path);
  if (ok) {
    g_mutex_lock (&self->lock);
    g_clear_pointer (&self->last_applied, g_bytes_unref);
    self->last_applied = g_steal_pointer (&job.bytes);
    self->last_index = index;
    g_mutex_unlock (&self->lock);
  }
  return ok;
}
