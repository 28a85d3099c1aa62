#include "image/dicom/attributes.h"

/* Lookup tables: PS3.3, C.11.1.1 and C.11.2.1.1. Descriptors often lie about the bits of an entry. */

void tables_read(const dicom *d, dicom_lut *lut, const cursor *c, const element *e) {
    size_t at = (size_t)(e->value - c->data);
    if (e->tag == TAG(0x0028, 0x3002) && e->length >= 6) {
        uint32_t first = read16(c, at + 2);
        lut->nentries = read16(c, at);
        lut->nentries = lut->nentries ? lut->nentries : 65536;
        lut->first = d->is_signed || (lut == &d->voi_lut && (d->intercept < 0 || d->slope < 0)) ? (int16_t)first
                                                                                                : (int32_t)first;
        lut->bits = read16(c, at + 4);
    } else if (e->tag == TAG(0x0028, 0x3006) && e->length > 0) {
        lut->entries = e->value;
        bool packed =
            lut->bits <= 8 && e->length == lut->nentries + lut->nentries % 2; /* one byte for an entry, padded */
        lut->wide = !packed;
        uint32_t held = lut->wide ? e->length / 2 : e->length;
        lut->is_short = lut->nentries > held; /* missing entries at the end equal the last one */
        lut->nentries = lut->is_short ? held : lut->nentries;
    }
}

uint32_t dicom_lut_entry(const dicom *d, const dicom_lut *lut, size_t index) {
    return lut->wide ? dicom_u16(d, lut->entries + 2 * index) : lut->entries[index];
}

void tables_settle(const dicom *d, dicom_lut *lut) {
    uint32_t least = UINT32_MAX, most = 0;
    for (size_t i = 0; lut->entries && i < lut->nentries; i++) {
        uint32_t entry = dicom_lut_entry(d, lut, i);
        least = entry < least ? entry : least;
        most = entry > most ? entry : most;
    }
    if (least >= most) { /* it makes all greys the same, or has no entries */
        lut->entries = NULL;
        return;
    }
    const uint32_t said = lut->bits >= 1 && lut->bits <= 16 ? (1u << lut->bits) - 1 : 0;
    lut->white = most > said || (most <= said / 2 && !lut->is_short) ? most : said;
}
