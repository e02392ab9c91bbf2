/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Access tokens: signed as RFC 7515 says, with LiveKit's claims. */

#include "token.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* RFC 7515, appendix A.1. */
static void
test_rfc7515 (void)
{
  const char *key64 = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
      "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
  g_autofree char *standard = g_strconcat (key64, "==", NULL);
  gsize size;

  g_strdelimit (standard, "-", '+');
  g_strdelimit (standard, "_", '/');
  g_autofree guint8 *key = g_base64_decode (standard, &size);
  g_autofree char *token = token_sign
      ("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
      "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
      "\"http://example.com/is_root\":true}", key, size);

  g_assert_cmpstr (token, ==, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
      "LmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

static JsonNode *
read_claims (const char *token)
{
  g_auto (GStrv) parts = g_strsplit (token, ".", 3);
  g_autofree char *padded = g_strconcat (parts[1],
      &"===="[4 - (4 - strlen (parts[1]) % 4) % 4], NULL);
  gsize size;

  g_strdelimit (padded, "-", '+');
  g_strdelimit (padded, "_", '/');
  g_autofree guint8 *json = g_base64_decode (padded, &size);
  g_autofree char *text = g_strndup ((char *) json, size);
  return json_from_string (text, NULL);
}

static void
test_claims (void)
{
  const TokenGrant grant = { "key", "secret", "a \"room\"", "me", FALSE,
    TRUE
  };
  g_autofree char *token = token_new (&grant, 1700000000);
  g_autoptr (JsonNode) claims = read_claims (token);
  JsonObject *object = json_node_get_object (claims);
  JsonObject *video = json_object_get_object_member (object, "video");

  g_assert_cmpstr (json_object_get_string_member (object, "iss"), ==, "key");
  g_assert_cmpstr (json_object_get_string_member (object, "sub"), ==, "me");
  g_assert_cmpint (json_object_get_int_member (object, "nbf"), <, 1700000000);
  g_assert_cmpint (json_object_get_int_member (object, "exp"), >, 1700000000);
  g_assert_cmpstr (json_object_get_string_member (video, "room"), ==,
      "a \"room\"");
  g_assert_true (json_object_get_boolean_member (video, "roomJoin"));
  g_assert_false (json_object_get_boolean_member (video, "canPublish"));
  g_assert_true (json_object_get_boolean_member (video, "hidden"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/rfc7515", test_rfc7515);
  g_test_add_func ("/token/claims", test_claims);
  return g_test_run ();
}
