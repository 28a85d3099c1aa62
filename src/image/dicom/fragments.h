/* Compressed pixels. They lie in items: an offset table, then fragments of frames. PS3.5, annex A.4. */
#ifndef PNEUMOSCOPE_DICOM_FRAGMENTS_H
#define PNEUMOSCOPE_DICOM_FRAGMENTS_H

#include "image/dicom/dicom.h"

typedef struct fragment {
    const uint8_t *data;
    size_t nbytes;
    bool is_cut;       /* the file ends within it */
    bool lacks_others; /* the file has fewer frames than it says */
} fragment;

/* The first frame in one piece. A frame of one fragment stays in the file; *owned holds any other. */
pneumoscope_status fragments_first_frame(const dicom *, fragment *out, void **owned, detail *why);

/* The marker of a JPEG's frame header, or 0 if there is none; and its bits a sample. */
unsigned fragments_jpeg_kind(const fragment *frame, unsigned *precision);

pneumoscope_status fragments_damaged(detail *why, const char *what);
pneumoscope_status fragments_cut_short(detail *why, const char *what);

#endif
