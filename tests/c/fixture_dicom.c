#include "fixture_dicom.h"

#include "fixture_image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ELEMENTS = 64 };

typedef struct writer {
    uint8_t *bytes;
    size_t nbytes;
    bool is_explicit, big_endian;
} writer;

static void put(writer *w, const void *bytes, size_t nbytes) {
    w->bytes = realloc(w->bytes, w->nbytes + nbytes);
    if (nbytes > 0)
        memcpy(w->bytes + w->nbytes, bytes, nbytes);
    w->nbytes += nbytes;
}

static void put_number(writer *w, uint32_t value, size_t nbytes) {
    uint8_t bytes[4];
    for (size_t i = 0; i < nbytes; i++)
        bytes[i] = (uint8_t)(value >> 8 * (w->big_endian ? nbytes - 1 - i : i));
    put(w, bytes, nbytes);
}

static void put_head(writer *w, uint32_t tag, const char *vr, uint32_t length) {
    put_number(w, tag >> 16, 2);
    put_number(w, tag & 0xffff, 2);
    if (w->is_explicit)
        put(w, vr, 2);
    bool is_long = strcmp(vr, "OW") == 0 || strcmp(vr, "OB") == 0 || strcmp(vr, "SQ") == 0 || strcmp(vr, "UN") == 0;
    if (w->is_explicit && is_long)
        put(w, "\0", 2);
    put_number(w, length, w->is_explicit && !is_long ? 2 : 4);
}

static void put_text(writer *w, uint32_t tag, const char *vr, const char *text) {
    uint32_t length = (uint32_t)strlen(text), even = length + length % 2;
    put_head(w, tag, vr, even);
    put(w, text, length);
    put(w, strcmp(vr, "UI") == 0 ? "\0" : " ", even - length);
}

static void put_element(writer *w, const fixture_element *e) {
    if (strcmp(e->vr, "US") == 0) {
        put_head(w, e->tag, e->vr, 2);
        put_number(w, e->number, 2);
    } else if (strcmp(e->vr, "OW") == 0) {
        put_head(w, e->tag, e->vr, e->nbytes);
        for (size_t i = 0; i < e->nbytes / 2; i++)
            put_number(w, ((const uint16_t *)e->value)[i], 2);
    } else if (strcmp(e->vr, "SQ") == 0) {
        put_head(w, e->tag, e->vr, 0xffffffff);
        put(w, e->value, e->nbytes);
    } else {
        put_text(w, e->tag, e->vr, e->text);
    }
}

/* The file's meta information is explicit and little endian, whatever follows it. */
static void put_meta(writer *w, fixture_syntax syntax) {
    static const char *const names[] = {
        [FIXTURE_EXPLICIT] = "1.2.840.10008.1.2.1",
        [FIXTURE_IMPLICIT] = "1.2.840.10008.1.2",
        [FIXTURE_BIG_ENDIAN] = "1.2.840.10008.1.2.2",
        [FIXTURE_VIDEO] = "1.2.840.10008.1.2.4.102",
    };
    uint32_t length = (uint32_t)strlen(names[syntax]);
    uint8_t preamble[128] = {0};
    put(w, preamble, sizeof preamble);
    put(w, "DICM", 4);
    put_head(w, 0x00020000, "UL", 4);
    put_number(w, 8 + length + length % 2, 4);
    put_text(w, 0x00020010, "UI", names[syntax]);
}

/* Puts an element in its place among those that are sorted by tag, or in the place of another. */
static size_t insert(fixture_element *list, size_t n, fixture_element e) {
    size_t at = 0;
    while (at < n && list[at].tag < e.tag)
        at++;
    if (at < n && list[at].tag == e.tag) {
        list[at] = e;
        return n;
    }
    memmove(list + at + 1, list + at, (n - at) * sizeof *list);
    list[at] = e;
    return n + 1;
}

uint8_t *fixture_dicom(fixture_syntax syntax, const fixture_element *elements, size_t n, size_t *nbytes) {
    uint16_t pixels[FIXTURE_DICOM_ROWS * FIXTURE_DICOM_COLUMNS];
    for (size_t i = 0; i < sizeof pixels / sizeof pixels[0]; i++)
        pixels[i] = (uint16_t)fixture_pattern(i, FIXTURE_DICOM_BITS);
    fixture_element list[MOST_ELEMENTS] = {
        {0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1", NULL, 0, 0}, /* Digital X-Ray, for presentation */
        {0x00080060, "CS", "DX", NULL, 0, 0},
        {0x00280002, "US", NULL, NULL, 1, 0},
        {0x00280004, "CS", "MONOCHROME2", NULL, 0, 0},
        {0x00280010, "US", NULL, NULL, FIXTURE_DICOM_ROWS, 0},
        {0x00280011, "US", NULL, NULL, FIXTURE_DICOM_COLUMNS, 0},
        {0x00280100, "US", NULL, NULL, 16, 0},
        {0x00280101, "US", NULL, NULL, FIXTURE_DICOM_BITS, 0},
        {0x00280102, "US", NULL, NULL, FIXTURE_DICOM_BITS - 1, 0},
        {0x00280103, "US", NULL, NULL, 0, 0},
        {0x7fe00010, "OW", NULL, pixels, 0, sizeof pixels},
    };
    size_t nlisted = 11;
    for (size_t i = 0; i < n; i++)
        nlisted = insert(list, nlisted, elements[i]);
    writer w = {.is_explicit = true};
    put_meta(&w, syntax);
    w.is_explicit = syntax != FIXTURE_IMPLICIT;
    w.big_endian = syntax == FIXTURE_BIG_ENDIAN;
    for (size_t i = 0; i < nlisted; i++)
        if (list[i].vr)
            put_element(&w, &list[i]);
    *nbytes = w.nbytes;
    return w.bytes;
}
