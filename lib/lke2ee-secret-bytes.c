/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Secrets on their way in. A GBytes from here points into secret memory, so
 * that no copy of it stays on the heap when it is released. */

#include "lke2ee-secret-bytes.h"

#include "lke2ee-error.h"
#include "lke2ee-secret-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static GBytes *
bytes_or_memory_error (Lke2eeSecret * secret, GError ** error)
{
  if (secret == NULL) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left; close other programs or raise RLIMIT_MEMLOCK");
    return NULL;
  }
  return lke2ee_secret_to_bytes (secret);
}

/**
 * lke2ee_secret_bytes_new:
 * @data: (array length=size): the secret
 * @size: bytes in @data
 *
 * Copies a secret into memory that is guarded, kept out of core dumps, locked
 * where the limit allows, and wiped with the last reference. The caller wipes
 * its own copy.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL if there is no
 *   secret memory
 *
 * Since: 0.1
 */
GBytes *
lke2ee_secret_bytes_new (const guint8 * data, gsize size)
{
  g_autoptr (Lke2eeSecret) secret = lke2ee_secret_new_copy (data, size);

  return bytes_or_memory_error (secret, NULL);
}

static gboolean
looks_like_hex (const char *text)
{
  return strlen (text) % 2 == 0
      && strspn (text, "0123456789abcdefABCDEF") == strlen (text);
}

/**
 * lke2ee_secret_bytes_new_from_text:
 * @text: `hex:...`, `base64:...`, or bare: hex if it is all hex digits of even
 *   count, else base64
 * @error: return location for an error
 *
 * Reads a raw key from text. Base64 may be of the standard or the URL-safe
 * alphabet, padded or not.
 *
 * Returns: (transfer full): the bytes in secret memory, or %NULL with
 *   [error@Lke2ee.Error] INVALID_KEY or MEMORY; the text of the error never
 *   shows any of @text
 *
 * Since: 0.1
 */
GBytes *
lke2ee_secret_bytes_new_from_text (const char *text, GError ** error)
{
  g_autoptr (Lke2eeSecret) secret = NULL;
  gboolean hex;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_has_prefix (text, "hex:")) {
    hex = TRUE;
    text += strlen ("hex:");
  } else if (g_str_has_prefix (text, "base64:")) {
    hex = FALSE;
    text += strlen ("base64:");
  } else {
    hex = looks_like_hex (text);
  }

  secret = hex ? lke2ee_secret_new_from_hex (text, strlen (text))
      : lke2ee_secret_new_from_base64 (text, strlen (text));
  if (secret == NULL) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "The key is not valid %s; write it as hex:DIGITS or base64:TEXT",
        hex ? "hex (an even number of digits 0-9, a-f)" : "base64");
    return NULL;
  }
  return lke2ee_secret_to_bytes (secret);
}

static gboolean
read_all (int fd, guint8 * data, gsize capacity, gsize * size)
{
  *size = 0;
  while (*size < capacity) {
    gssize n = read (fd, data + *size, capacity - *size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    if (n == 0)
      break;
    *size += n;
  }
  return TRUE;
}

static GBytes *
set_file_error (const char *path, int saved_errno, GError ** error)
{
  g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_FILE,
      "Cannot read key file '%s': %s; check the path and who may read it",
      path, g_strerror (saved_errno));
  return NULL;
}

static int
open_key_file (const char *path, GError ** error)
{
  struct stat info;
  /* Not blocking: a FIFO without a writer must not hang a state change. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0) {
    set_file_error (path, errno, error);
    return -1;
  }
  if (fstat (fd, &info) == 0 && S_ISDIR (info.st_mode)) {
    close (fd);
    set_file_error (path, EISDIR, error);
    return -1;
  }
  return fd;
}

/**
 * lke2ee_secret_bytes_new_from_file:
 * @path: (type filename): the file, in the file system's encoding
 * @max_size: the largest size to accept, in bytes
 * @error: return location for an error
 *
 * Reads a file straight into secret memory, without a buffer in between. Pipes
 * such as a shell's `<(...)` work too. Blocks on slow storage.
 *
 * Returns: (transfer full): the file's bytes as they are, or %NULL with
 *   [error@Lke2ee.Error] FILE (it names the file), INVALID_KEY (empty, or
 *   larger than @max_size) or MEMORY
 *
 * Since: 0.1
 */
GBytes *
lke2ee_secret_bytes_new_from_file (const char *path, gsize max_size,
    GError ** error)
{
  g_autoptr (Lke2eeSecret) secret = NULL;
  gsize size = 0;
  gboolean ok;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (max_size < G_MAXSSIZE, NULL);

  secret = lke2ee_secret_new (max_size + 1);
  if (secret == NULL)
    return bytes_or_memory_error (NULL, error);

  int fd = open_key_file (path, error);
  if (fd < 0)
    return NULL;
  /* From here on reads may wait: for the writer of a pipe. */
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK);
  ok = read_all (fd, lke2ee_secret_peek_writable (secret), max_size + 1,
      &size);
  int saved_errno = errno;
  close (fd);

  if (!ok)
    return set_file_error (path, saved_errno, error);
  if (size == 0 || size > max_size) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        size == 0 ? "Key file '%s' is empty; write the secret into it"
        : "Key file '%s' is larger than %" G_GSIZE_FORMAT " bytes; "
        "is it the right file?", path, max_size);
    return NULL;
  }
  /* A copy of the right size: a large buffer would sit there for as long. */
  g_autoptr (Lke2eeSecret) fitting =
      lke2ee_secret_new_copy (lke2ee_secret_peek (secret, NULL), size);
  return bytes_or_memory_error (fitting, error);
}

/**
 * lke2ee_secret_bytes_equal:
 * @a: a secret
 * @b: another
 *
 * Compares two secrets in a time that depends on their sizes only.
 *
 * Returns: whether they are the same
 *
 * Since: 0.1
 */
gboolean
lke2ee_secret_bytes_equal (GBytes * a, GBytes * b)
{
  gsize size_a, size_b;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  const guint8 *data_a = g_bytes_get_data (a, &size_a);
  const guint8 *data_b = g_bytes_get_data (b, &size_b);
  return size_a == size_b && lke2ee_memory_equal (data_a, data_b, size_a);
}
