/* A DICOM file (PS3.10) as its image object describes itself, before a pixel is decoded.
 *
 * A file holds a person's name, numbers, dates and doctors' words. None of it leaves the parser: what a film tells of
 * itself are numbers, and words out of this folder's own tables that the file's values are compared with. */
#ifndef PNEUMOSCOPE_DICOM_H
#define PNEUMOSCOPE_DICOM_H

#include "status.h"

#include <stdbool.h>

/* How the pixels are stored: what a transfer syntax comes down to. */
typedef enum dicom_encoding {
    DICOM_NATIVE,
    DICOM_ENCAPSULATED, /* as native, in fragments */
    DICOM_RLE,
    DICOM_JPEG, /* baseline, extended or lossless: its own frame header says which */
    DICOM_JPEG_LS,
    DICOM_JPEG_2000, /* and its high-throughput kind */
    DICOM_NOT_READ   /* JPEG XL, video and other syntaxes that are known or not */
} dicom_encoding;

/* A lookup table of the file, in the file's byte order (PS3.3, C.11.1.1). */
typedef struct dicom_lut {
    const uint8_t *entries; /* NULL: there is none */
    uint32_t nentries;      /* 1..65536 */
    int32_t first;          /* the value that the first entry is for; smaller ones get the first entry too */
    uint32_t bits;          /* of an entry: 1..16 */
    bool wide;              /* 16 bits each instead of 8 */
} dicom_lut;

typedef enum dicom_function { DICOM_LINEAR, DICOM_LINEAR_EXACT, DICOM_SIGMOID } dicom_function;

typedef enum dicom_photometric { DICOM_MONOCHROME2, DICOM_MONOCHROME1, DICOM_COLOUR } dicom_photometric;

typedef struct dicom {
    const uint8_t *data; /* the whole file, or what its deflated part holds */
    size_t nbytes;
    void *inflated; /* owned; NULL where the file is not deflated */
    bool big_endian;
    dicom_encoding encoding;

    /* The image: PS3.3, C.7.6.3. Absent numbers are 0. */
    uint32_t rows, columns, samples, bits_allocated, bits_stored, high_bit;
    int64_t frames; /* 1 where the file says nothing */
    bool is_signed, has_high_bit, has_samples, has_padding, has_padding_limit;
    int32_t padding, padding_limit; /* stored values from one to the other stand for no tissue */
    dicom_photometric photometric;
    double aspect; /* height of a pixel over its width; 1 where the file says nothing */
    bool has_pixels;
    const uint8_t *pixels; /* native: the cells; encapsulated: the items, the offset table first */
    size_t pixels_nbytes;
    bool is_truncated;      /* dicom_cells found a strip of a JPEG missing, so narrow that it is read */
    bool has_swapped_bytes; /* bytes in words of the other order: VR OW, 8 bits, big endian */

    /* From stored values to greys: PS3.3, C.11.1 and C.11.2. */
    double slope, intercept;
    dicom_lut modality_lut, voi_lut;
    dicom_function function;
    bool inverse; /* Presentation LUT Shape */

    /* What the file says of itself, for pneumoscope_film_facts. */
    pneumoscope_film_facts facts;
    bool is_image, is_secondary_capture, is_for_processing, has_burned_in;
} dicom;

/* Whether a file is one: with its 132 bytes of preamble, or a data set that begins at once. */
bool dicom_sniff(const uint8_t *file, size_t nbytes);

/* Walks over the whole data set. BAD_IMAGE for damage and for what holds no image, with nothing left behind. */
pneumoscope_status dicom_parse(dicom *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why);

/* Gives back what dicom_parse took. */
void dicom_free(dicom *);

/* Whether the picture that a file describes is one that is read; a reason and a sentence where it is not. */
pneumoscope_status dicom_check(const dicom *, detail *why);

/* The cells of the first frame: u16[rows][columns], as wide as the file stores them. */
pneumoscope_status dicom_cells(dicom *, uint16_t *cells, detail *why);

/* The stored value of a cell: its bits up to the high bit, with their sign. */
int32_t dicom_stored_value(const dicom *, uint32_t cell);

/* What should be known with the answer: bits of pneumoscope_warning, and of pneumoscope_scope for a picture that should
 * not be judged. */
uint32_t dicom_warnings(const dicom *);
uint32_t dicom_scope_reasons(const dicom *);

/* What the greys of a film stand for. */
typedef struct dicom_range {
    double black, white; /* values, after the Modality LUT, of 0 and 65535; NaN behind a VOI LUT or a sigmoid */
    double low, high;    /* where in it, 0..1, the window begins and ends; 0 and 1 without one */
} dicom_range;

/* Cells -> greys, in place: u16 of 0 (black) to 65535, as the file wants them shown; padding is black. Where its window
 * cuts something off, `whole`, which is u16[rows][columns] too, gets the greys of all its values, linearly, and *cuts
 * is true. */
pneumoscope_status dicom_grey(const dicom *, uint16_t *cells, uint16_t *whole, dicom_range *, bool *cuts, detail *why);

/* A whole number of this machine, from 2 or 4 bytes in the file's order. */
uint32_t dicom_u16(const dicom *, const uint8_t *at);
uint32_t dicom_u32(const dicom *, const uint8_t *at);

#endif
