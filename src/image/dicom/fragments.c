#include "image/dicom/fragments.h"

#include "bytes.h"
#include "image/dicom/terms.h"

#include <stdlib.h>
#include <string.h>

pneumoscope_status fragments_damaged(detail *why, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT, "The DICOM file is damaged: %s.",
                         what);
}

pneumoscope_status fragments_cut_short(detail *why, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED, "The DICOM file is cut short: %s.",
                         what);
}

/* Reads the item at *at and moves *at past it. *end is true at the delimiter and at the element's end. */
static pneumoscope_status next_item(const dicom *d, size_t *at, fragment *out, bool *end, detail *why) {
    *end = d->pixels_nbytes - *at < 8;
    if (*end)
        return PNEUMOSCOPE_OK;
    const uint8_t *head = d->pixels + *at;
    uint32_t length = le32(head + 4);
    if (le16(head) != 0xfffe || (le16(head + 2) != 0xe000 && le16(head + 2) != 0xe0dd))
        return fragments_damaged(why, "what stands between its compressed pixels is no item");
    *end = le16(head + 2) == 0xe0dd;
    if (*end)
        return PNEUMOSCOPE_OK;
    if (length == 0xffffffff)
        return fragments_damaged(why, "a fragment of its compressed pixels has no length");
    const size_t room = d->pixels_nbytes - *at - 8;
    if (length > room && d->encoding != DICOM_JPEG) /* its decoder tells how much of the picture is missing */
        return status_refuse(
            why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED,
            "The DICOM file is cut short: of a fragment's %u bytes of compressed pixels there are %zu.", length, room);
    *out = (fragment){.data = head + 8, .nbytes = length > room ? room : length, .is_cut = length > room};
    *at += 8 + out->nbytes;
    return PNEUMOSCOPE_OK;
}

/* Whether a fragment ends a frame: with the end marker and at most one byte of padding. */
static bool ends_frame(const fragment *f) {
    for (size_t back = 2; back <= 4 && back <= f->nbytes; back++)
        if (f->data[f->nbytes - back] == 0xff && f->data[f->nbytes - back + 1] == 0xd9)
            return true;
    return false;
}

typedef struct items {
    size_t nfragments; /* of all frames */
    size_t nfirst;     /* fragments of the first frame */
    size_t nbytes;     /* in these */
    size_t first_at;   /* where the first of them begins */
} items;

/* Finds the fragments of the first frame. With one frame, all fragments belong to it; with as many fragments as frames,
 * each is a frame. The offset table counts only in other files. */
static pneumoscope_status find_first_frame(const dicom *d, items *out, detail *why) {
    size_t at = 0, second_frame = 0, begun;
    fragment f = {0};
    bool end, ended = false;
    *out = (items){0};
    pneumoscope_status status = next_item(d, &at, &f, &end, why);
    if (status || end)
        return status ? status : fragments_damaged(why, "its compressed pixels have no items");
    if (f.nbytes >= 8)
        second_frame = le32(f.data + 4);
    out->first_at = begun = at;
    for (;;) {
        size_t here = at;
        status = next_item(d, &at, &f, &end, why);
        if (status || end)
            break;
        out->nfragments++;
        bool belongs = d->frames == 1 || (second_frame ? here - begun < second_frame : !ended);
        if (belongs) {
            out->nfirst++;
            out->nbytes += f.nbytes;
            ended = d->encoding == DICOM_RLE || ends_frame(&f);
        }
    }
    if (!status && out->nfragments == 0)
        return fragments_damaged(why, "its compressed pixels lack their offset table or all that should follow it");
    if (!status && out->nfragments == (uint64_t)d->frames && d->frames > 1) {
        at = out->first_at;
        out->nfirst = 1;
        status = next_item(d, &at, &f, &end, why);
        out->nbytes = f.nbytes;
    }
    return status;
}

pneumoscope_status fragments_first_frame(const dicom *d, fragment *out, void **owned, detail *why) {
    items found;
    fragment f = {0};
    bool end = false;
    if (!d->has_items) {
        *out = (fragment){.data = d->pixels, .nbytes = d->pixels_nbytes, .lacks_others = d->frames > 1};
        return PNEUMOSCOPE_OK;
    }
    pneumoscope_status status = find_first_frame(d, &found, why);
    if (status)
        return status;
    const bool lacks_others = found.nfragments < (uint64_t)d->frames;
    size_t at = found.first_at;
    if (found.nfirst == 1) {
        status = next_item(d, &at, out, &end, why);
        out->lacks_others = lacks_others;
        return status;
    }
    uint8_t *joined = *owned = malloc(found.nbytes ? found.nbytes : 1);
    if (!joined)
        return status_no_memory(why, "the compressed film");
    *out = (fragment){.data = joined, .nbytes = found.nbytes, .lacks_others = lacks_others};
    for (size_t i = 0; i < found.nfirst && !status; i++) {
        status = next_item(d, &at, &f, &end, why);
        if (!status)
            memcpy(joined, f.data, f.nbytes);
        joined += f.nbytes;
        out->is_cut |= f.is_cut;
    }
    return status;
}

/* ---- what a frame is, by its first bytes ---- */

unsigned fragments_jpeg_kind(const fragment *frame, unsigned *precision) {
    for (size_t at = 2; at + 9 <= frame->nbytes && frame->data[at] == 0xff;) {
        unsigned marker = frame->data[at + 1];
        if (marker == 0xff) {
            at++;
            continue;
        }
        if (marker == 0xf7 ||
            (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)) {
            *precision = frame->data[at + 4];
            return marker;
        }
        at += 2 + be16(frame->data + at + 2);
    }
    return 0;
}

static bool begins_with(const fragment *frame, const char *magic, size_t nbytes) {
    return frame->nbytes >= nbytes && memcmp(frame->data, magic, nbytes) == 0;
}

static dicom_encoding encoding_of(const dicom *d, const fragment *frame) {
    unsigned precision, marker = begins_with(frame, "\xff\xd8\xff", 3) ? fragments_jpeg_kind(frame, &precision) : 0;
    if (marker)
        return marker == 0xf7 ? DICOM_JPEG_LS : DICOM_JPEG;
    if (begins_with(frame, "\xff\x4f\xff\x51", 4) || begins_with(frame, "\0\0\0\x0cjP  ", 8))
        return DICOM_JPEG_2000;
    bool has_header = frame->nbytes >= 68 && le32(frame->data) == d->samples * d->bits_allocated / 8;
    return has_header && le32(frame->data + 4) == 64 ? DICOM_RLE : DICOM_ENCAPSULATED;
}

/* Some files have items under a transfer syntax without items, or the reverse: programs drop the meta header, or keep
 * its transfer syntax when they compress or decompress the pixels. If the pixels' bytes do not tell, dicom_cells finds
 * the damage. */
void dicom_settle_encoding(dicom *d) {
    const fragment all = {.data = d->pixels, .nbytes = d->pixels_nbytes};
    if (!d->has_pixels || d->encoding == DICOM_NOT_READ || d->has_items == (d->encoding != DICOM_NATIVE))
        return;
    d->has_items |= begins_with(&all, "\xfe\xff\0\xe0", 4);
    fragment frame = all;
    void *owned = NULL;
    detail why;
    d->encoding = DICOM_JPEG; /* a file may be cut within these fragments */
    bool is_found = fragments_first_frame(d, &frame, &owned, &why) == PNEUMOSCOPE_OK;
    d->encoding = is_found ? encoding_of(d, &frame) : DICOM_ENCAPSULATED;
    if (d->encoding == DICOM_ENCAPSULATED && !d->has_items)
        d->encoding = DICOM_NATIVE;
    free(owned);
    const dicom_syntax *syntax = terms_syntax_for(d->encoding);
    d->facts.transfer_syntax = syntax->uid;
    d->facts.lossy |= syntax->lossy;
}
