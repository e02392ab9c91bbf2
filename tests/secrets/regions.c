/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A process that reads its own memory: /proc/self/mem, by way of what
 * /proc/self/smaps says is there. */

#include "regions.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libcrypto's memory */

typedef struct _Block Block;

struct _Block
{
  Block *next;
  Block *previous;
  gsize size;
  gsize padding;                /* keeps what follows aligned to 16 */
};

static GMutex blocks_lock;
static Block blocks = { &blocks, &blocks, 0, 0 };

static void *
watched_malloc (size_t size, const char *file, int line)
{
  Block *block = malloc (sizeof *block + size);

  if (block == NULL)
    return NULL;
  block->size = size;
  g_mutex_lock (&blocks_lock);
  block->next = blocks.next;
  block->previous = &blocks;
  blocks.next->previous = block;
  blocks.next = block;
  g_mutex_unlock (&blocks_lock);
  return block + 1;
}

/* As free() does, without wiping: that would be libcrypto's to do. */
static void
watched_free (void *pointer, const char *file, int line)
{
  Block *block = (Block *) pointer - 1;

  if (pointer == NULL)
    return;
  g_mutex_lock (&blocks_lock);
  block->next->previous = block->previous;
  block->previous->next = block->next;
  g_mutex_unlock (&blocks_lock);
  free (block);
}

static void *
watched_realloc (void *pointer, size_t size, const char *file, int line)
{
  void *larger = watched_malloc (size, file, line);

  if (larger != NULL && pointer != NULL) {
    memcpy (larger, pointer, MIN (size, ((Block *) pointer - 1)->size));
    watched_free (pointer, file, line);
  }
  return larger;
}

void
regions_watch_libcrypto (void)
{
  int ok = CRYPTO_set_mem_functions (watched_malloc, watched_realloc,
      watched_free);

  g_assert_cmpint (ok, ==, 1);
}

static gboolean
is_in_libcrypto (guint64 address)
{
  gboolean found = FALSE;

  g_mutex_lock (&blocks_lock);
  for (Block * block = blocks.next; block != &blocks; block = block->next) {
    guint64 start = (guintptr) (block + 1);

    found |= address >= start && address < start + block->size;
  }
  g_mutex_unlock (&blocks_lock);
  return found;
}

/* Mappings */

typedef struct
{
  guint64 start, end;
  gboolean can_read;
  gboolean is_dumped;           /* in core dumps */
  gboolean is_guarded;          /* no access on either side */
  char name[128];
} Region;

#define MAX_REGIONS 4096

static Region regions[MAX_REGIONS];
static guint n_regions;

static void
read_line (const char *line)
{
  Region *region = &regions[n_regions];
  char access[8];
  int name = 0;

  if (sscanf (line, "%lx-%lx %7s %*s %*s %*s %n", &region->start,
          &region->end, access, &name) == 3) {
    g_assert_cmpuint (n_regions, <, MAX_REGIONS - 1);
    region->can_read = access[0] == 'r';
    region->is_dumped = TRUE;
    g_strlcpy (region->name, line + name, sizeof region->name);
    g_strchomp (region->name);
    n_regions++;
  } else if (n_regions > 0 && g_str_has_prefix (line, "VmFlags:")) {
    regions[n_regions - 1].is_dumped = strstr (line, " dd") == NULL;
  }
}

static gboolean
is_barrier (const Region * region)
{
  return !region->can_read;
}

static void
read_regions (void)
{
  FILE *file = fopen ("/proc/self/smaps", "r");
  char line[512];

  g_assert_nonnull (file);
  n_regions = 0;
  while (fgets (line, sizeof line, file))
    read_line (line);
  fclose (file);
  for (guint i = 1; i + 1 < n_regions; i++)
    regions[i].is_guarded = is_barrier (&regions[i - 1])
        && regions[i - 1].end == regions[i].start
        && is_barrier (&regions[i + 1])
        && regions[i + 1].start == regions[i].end;
}

/* Searching */

/* Where what is searched lies meanwhile; itself not searched. */
static guint8 window[1 << 20];

static gboolean
matches (const guint8 * data, const Needle * needle)
{
  for (gsize i = 0; i < needle->size; i++) {
    if ((data[i] ^ SECRET_MASK) != needle->masked[i])
      return FALSE;
  }
  return TRUE;
}

static void
note (const Region * region, guint64 address, const Needle * needle,
    Found * found)
{
  if (!region->is_dumped && region->is_guarded) {
    found->n_guarded++;
  } else if (is_in_libcrypto (address)) {
    found->n_in_libcrypto++;
  } else {
    printf ("    %s at %lx in %lx-%lx %s%s\n", needle->name, address,
        region->start, region->end, region->name,
        region->is_dumped ? "" : ", not dumped but not guarded");
    found->n_elsewhere++;
  }
}

static void
search_window (const Region * region, guint64 address, gsize size,
    const Needle * needles, guint n_needles, Found * found)
{
  for (guint n = 0; n < n_needles; n++) {
    const guint8 first = needles[n].masked[0] ^ SECRET_MASK;
    const guint8 *at = window;

    while (size >= needles[n].size
        && (at = memchr (at, first, window + size - at)) != NULL) {
      if (at + needles[n].size <= window + size && matches (at, &needles[n]))
        note (region, address + (at - window), &needles[n], found);
      at++;
    }
  }
}

static void
search_region (int fd, const Region * region, const Needle * needles,
    guint n_needles, Found * found)
{
  const gsize overlap = sizeof needles->masked;

  for (guint64 address = region->start; address < region->end;) {
    gsize wanted = MIN (sizeof window, region->end - address);

    /* The window's own copies do not count. */
    if (address < (guintptr) window + sizeof window
        && address + wanted > (guintptr) window) {
      if (address >= (guintptr) window) {
        address = (guintptr) window + sizeof window;
        continue;
      }
      wanted = (guintptr) window - address;
    }
    gssize n = pread (fd, window, wanted, address);
    if (n <= 0)
      return;
    search_window (region, address, n, needles, n_needles, found);
    if (address + n == region->end)
      return;
    /* What lies across the end of a window is seen with the next. */
    address += n;
    if ((gsize) n > overlap)
      address -= overlap;
  }
}

Found
regions_search (const Needle * needles, guint n_needles)
{
  Found found = { 0, 0, 0 };
  int fd = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  read_regions ();
  for (guint i = 0; i < n_regions; i++) {
    if (regions[i].can_read)
      search_region (fd, &regions[i], needles, n_needles, &found);
  }
  close (fd);
  memset (window, 0, sizeof window);
  return found;
}
