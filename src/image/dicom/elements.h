/* The elements of a data set, one after the other: PS3.5, 7. */
#ifndef PNEUMOSCOPE_DICOM_ELEMENTS_H
#define PNEUMOSCOPE_DICOM_ELEMENTS_H

#include "bytes.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

#define TAG(group, element) ((uint32_t)(group) << 16 | (element))

#define UNDEFINED 0xffffffffu /* a length. Like the tags below, it does not fit an enum's int */
#define ITEM TAG(0xfffe, 0xe000)
#define ITEM_END TAG(0xfffe, 0xe00d)
#define SEQUENCE_END TAG(0xfffe, 0xe0dd)
#define PIXEL_DATA TAG(0x7fe0, 0x0010)

/* A part of a data set, and the place that a walk over it has reached. */
typedef struct cursor {
    const uint8_t *data;
    size_t at, end;
    uint64_t wanted; /* where the walk would end if the file were not cut short */
    bool big_endian, is_explicit;
} cursor;

typedef struct element {
    uint32_t tag, length; /* length may be UNDEFINED */
    bool is_sequence;     /* by its VR, or because its length is undefined */
    bool is_unknown;      /* VR UN: with an undefined length its content is implicit little endian (PS3.5, 6.2.2) */
    const uint8_t *value;
    const uint8_t *vr; /* two letters; NULL if VRs are implicit */
} element;

static inline uint32_t read16(const cursor *c, size_t at) {
    return c->big_endian ? be16(c->data + at) : le16(c->data + at);
}

static inline uint32_t read32(const cursor *c, size_t at) {
    return c->big_endian ? be32(c->data + at) : le32(c->data + at);
}

/* Whether two letters are one of the VRs in `list`, a text without spaces. */
bool elements_is_vr(const uint8_t *letters, const char *list);

/* Sets is_explicit and big_endian by the bytes of the first element, if these tell. False if there is no element. */
bool elements_recognise(cursor *);

/* Reads an element's head and moves the cursor to its value. If the file ends within the pixels, their length is cut to
 * what is there, and `wanted` tells where they would end. */
pneumoscope_status elements_next(cursor *, element *, detail *why);

/* Moves the cursor past a value. */
pneumoscope_status elements_skip(cursor *, const element *, detail *why);

#endif
