/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A token is a JWT (RFC 7519) signed with HMAC-SHA-256 (RFC 7515, HS256); the
 * claims are LiveKit's: iss is the API key, sub the identity, video the
 * grant. */

#include "token.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A token is made for each join and used at once; clocks may differ. */
#define LIFETIME (6 * 60 * 60)
#define CLOCK_SKEW 60

static char *
base64url (const guint8 * data, gsize size)
{
  char *text = g_base64_encode (data, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static char *
base64url_text (const char *text)
{
  return base64url ((const guint8 *) text, strlen (text));
}

/* @header and @claims are JSON. */
char *
token_sign (const char *header, const char *claims, const guint8 * key,
    gsize key_size)
{
  g_autofree char *header64 = base64url_text (header);
  g_autofree char *claims64 = base64url_text (claims);
  g_autofree char *signed_part = g_strconcat (header64, ".", claims64, NULL);
  guint8 digest[32];
  gsize size = sizeof digest;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_size);

  g_hmac_update (hmac, (const guchar *) signed_part, -1);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
  g_autofree char *signature = base64url (digest, size);
  return g_strconcat (signed_part, ".", signature, NULL);
}

static void
add_text (JsonBuilder * builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_boolean (JsonBuilder * builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_seconds (JsonBuilder * builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static char *
make_claims (const TokenGrant * grant, gint64 now)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "iss", grant->api_key);
  add_text (builder, "sub", grant->identity);
  add_seconds (builder, "nbf", now - CLOCK_SKEW);
  add_seconds (builder, "exp", now + LIFETIME);
  json_builder_set_member_name (builder, "video");
  json_builder_begin_object (builder);
  add_text (builder, "room", grant->room);
  add_boolean (builder, "roomJoin", TRUE);
  add_boolean (builder, "canPublish", grant->can_publish);
  add_boolean (builder, "canSubscribe", TRUE);
  add_boolean (builder, "hidden", grant->hidden);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* @now: seconds since 1970. */
char *
token_new (const TokenGrant * grant, gint64 now)
{
  g_autofree char *claims = make_claims (grant, now);

  return token_sign ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims,
      (const guint8 *) grant->api_secret, strlen (grant->api_secret));
}
