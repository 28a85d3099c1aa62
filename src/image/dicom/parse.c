#include "image/dicom/attributes.h"
#include "image/dicom/terms.h"
#include "image/stb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Parses a file: preamble, meta header and data set (PS3.10, 7). Many files are not written as their transfer syntax
 * says. So the bytes themselves decide, and not that one field. */

enum { FIRST_PART_NBYTES = 1 << 18, MOST_HEADER_NBYTES = 1 << 25 }; /* of a deflated data set */

/* The pixels' element: native cells, or items up to a delimiter. The walk ends here; only signatures and padding may
 * follow. */
static void pixel_element(dicom *d, const cursor *c, const element *e) {
    d->has_pixels = true;
    d->pixels = e->value;
    d->pixels_nbytes = e->length == UNDEFINED ? c->end - c->at : e->length;
    d->has_items = e->length == UNDEFINED;
    d->has_swapped_bytes = c->big_endian && d->bits_allocated == 8 && e->vr && elements_is_vr(e->vr, "OW");
}

/* The offset of the zeros at the file's end. */
static size_t content_end(const cursor *c) {
    size_t end = c->end;
    while (end > c->at && c->data[end - 1] == 0)
        end--;
    return end;
}

static pneumoscope_status walk(dicom *d, cursor *c, detail *why) {
    pneumoscope_status status = PNEUMOSCOPE_OK;
    const size_t end = content_end(c);
    elements_recognise(c);
    d->big_endian = c->big_endian;
    while (!status && !d->has_pixels && c->at < end) {
        element e = {0};
        status = elements_next(c, &e, why);
        if (!status && e.tag >> 16 == 0xfffe)
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                                 "The DICOM file is damaged: a delimiter stands at byte %zu, outside any sequence.",
                                 c->at);
        if (!status && e.tag == PIXEL_DATA)
            pixel_element(d, c, &e);
        else if (!status)
            status = attributes_read(d, c, &e, why);
        if (!status && !d->has_pixels)
            status = elements_skip(c, &e, why);
    }
    return status;
}

/* ---- preamble, meta header, transfer syntax ---- */

enum { PREAMBLE_NBYTES = 132 };

static bool has_preamble(const uint8_t *file, size_t nbytes) {
    return nbytes >= PREAMBLE_NBYTES && memcmp(file + 128, "DICM", 4) == 0;
}

/* Whether a data set begins here: with an element of group 2 or 8. */
static bool begins_data_set(const uint8_t *at, size_t nbytes) {
    cursor c = {.data = at, .end = nbytes};
    if (nbytes < 16 || !elements_recognise(&c))
        return false;
    uint32_t group = read16(&c, 0), length = read32(&c, 4);
    if ((group != 0x0002 && group != 0x0008) || read16(&c, 2) > 0x0100)
        return false;
    return c.is_explicit || (length <= 1024 && length <= nbytes - 8);
}

bool dicom_sniff(const uint8_t *file, size_t nbytes) {
    return has_preamble(file, nbytes) || begins_data_set(file, nbytes);
}

/* Reads the group 0x0002 to its last element; its stated length may be wrong. It is little endian, and explicit except
 * from some writers. */
static pneumoscope_status read_meta(cursor *c, const dicom_syntax **syntax, detail *why) {
    pneumoscope_status status = PNEUMOSCOPE_OK;
    if (c->end - c->at >= 8 && le16(c->data + c->at) == 0x0002)
        elements_recognise(c);
    while (!status && c->end - c->at >= 8 && le16(c->data + c->at) == 0x0002) {
        element e = {0};
        status = elements_next(c, &e, why);
        if (!status && e.tag == TAG(0x0002, 0x0010) && !e.is_sequence)
            *syntax = terms_syntax(e.value, e.length);
        if (!status)
            status = elements_skip(c, &e, why);
    }
    return status;
}

/* Without a meta header, the first element tells how the data set is written. Without an element, it is little endian
 * and implicit, the default of PS3.5. */
static void guess_syntax(cursor *c, const dicom_syntax **syntax) {
    c->is_explicit = c->big_endian = false;
    elements_recognise(c);
    *syntax = terms_syntax_of(c->is_explicit, c->big_endian);
}

/* Inflates the data set at the cursor: first a part that is enough for most headers, then as much as the walk wanted.
 * So a small file cannot take more memory than its picture needs. */
static pneumoscope_status walk_deflated(dicom *d, cursor *c, uint64_t max_pixels, detail *why) {
    const cursor deflated = *c;
    const dicom blank = *d;
    for (uint64_t capacity = FIRST_PART_NBYTES;;) {
        bool complete = false;
        *d = blank;
        d->inflated = stb_inflate(deflated.data + deflated.at, deflated.end - deflated.at, (size_t)capacity, &d->nbytes,
                                  &complete, why);
        if (!d->inflated)
            return why->text[0] ? PNEUMOSCOPE_BAD_IMAGE : PNEUMOSCOPE_NO_MEMORY;
        d->data = d->inflated;
        *c = (cursor){.data = d->inflated, .end = d->nbytes, .is_explicit = true};
        pneumoscope_status status = walk(d, c, why);
        if (complete || c->wanted == 0)
            return status;
        uint64_t npixels = (uint64_t)d->rows * d->columns;
        capacity = c->wanted > 2 * capacity ? c->wanted : 2 * capacity;
        dicom_free(d);
        if (npixels > max_pixels || capacity > MOST_HEADER_NBYTES + 2 * npixels)
            return status_refuse(why, PNEUMOSCOPE_IMAGE_TOO_LARGE, PNEUMOSCOPE_REASON_TOO_LARGE,
                                 "The DICOM file's deflated part holds far more than its picture of %u x %u pixels.",
                                 d->columns, d->rows);
    }
}

pneumoscope_status dicom_parse(dicom *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why) {
    cursor c = {
        .data = file, .at = has_preamble(file, nbytes) ? PREAMBLE_NBYTES : 0, .end = nbytes, .is_explicit = true};
    const dicom_syntax *syntax = NULL;
    *out = (dicom){.data = file, .nbytes = nbytes, .frames = 1, .aspect = 1, .slope = 1, .is_image = true};
    out->facts = (pneumoscope_film_facts){
        .kind = "dicom", .orientation = 1, .age_years = NAN, .spacing_mm = NAN, .modality = NULL};
    pneumoscope_status status = read_meta(&c, &syntax, why);
    if (!status && !syntax)
        guess_syntax(&c, &syntax);
    if (!status) {
        out->facts.transfer_syntax = syntax->uid;
        out->facts.lossy = syntax->lossy;
        out->encoding = syntax->encoding;
        out->big_endian = c.big_endian = syntax->big_endian;
        c.is_explicit = syntax->is_explicit;
        status = syntax->deflated ? walk_deflated(out, &c, max_pixels, why) : walk(out, &c, why);
    }
    if (status) {
        dicom_free(out);
        return status;
    }
    attributes_settle(out);
    dicom_settle_encoding(out);
    return PNEUMOSCOPE_OK;
}

void dicom_free(dicom *d) {
    if (d->inflated)
        bytes_wipe(d->inflated, d->nbytes);
    free(d->inflated);
    d->inflated = NULL;
}
