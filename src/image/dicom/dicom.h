/* What a DICOM file (PS3.10) says about its image, before a pixel is decoded.
 *
 * A file holds a person's name, numbers, dates and doctors' words. None of them leaves the parser. It compares the
 * file's values with the tables of this folder, and gives numbers and words of these tables. */
#ifndef PNEUMOSCOPE_DICOM_H
#define PNEUMOSCOPE_DICOM_H

#include "bytes.h"
#include "status.h"

#include <stdbool.h>

/* How the pixels are stored, by the transfer syntax. */
typedef enum dicom_encoding {
    DICOM_NATIVE,
    DICOM_ENCAPSULATED, /* like native, in fragments */
    DICOM_RLE,
    DICOM_JPEG, /* baseline, extended or lossless; the JPEG's frame header says which */
    DICOM_JPEG_LS,
    DICOM_JPEG_2000, /* and High-Throughput JPEG 2000 */
    DICOM_NOT_READ   /* JPEG XL, video and all other syntaxes */
} dicom_encoding;

/* A lookup table of the file, in the file's byte order (PS3.3, C.11.1.1). */
typedef struct dicom_lut {
    const uint8_t *entries; /* NULL: there is none */
    uint32_t nentries;      /* 1..65536 */
    int32_t first;          /* the value of the first entry; smaller values use it too */
    uint32_t bits;          /* of an entry, as the file says; 1..16 in a sound file */
    uint32_t white;         /* the entry that stands for white */
    bool wide;              /* 16 bits each instead of 8 */
    bool is_short;          /* it has fewer entries than it says */
} dicom_lut;

typedef enum dicom_function { DICOM_LINEAR, DICOM_LINEAR_EXACT, DICOM_SIGMOID } dicom_function;

/* The first three have one sample a pixel, the last three have three. */
typedef enum dicom_photometric {
    DICOM_MONOCHROME2,
    DICOM_MONOCHROME1,
    DICOM_PALETTE,
    DICOM_RGB, /* YBR_ICT and YBR_RCT too: a decoder of JPEG 2000 gives red, green and blue */
    DICOM_YBR,
    DICOM_YBR_422 /* two pixels share their chroma: Y Y Cb Cr */
} dicom_photometric;

typedef struct dicom {
    const uint8_t *data; /* the whole file, or what its deflated part holds */
    size_t nbytes;
    void *inflated; /* owned; NULL if the file is not deflated */
    bool big_endian;
    dicom_encoding encoding;

    /* The image: PS3.3, C.7.6.3. Absent numbers are 0. */
    uint32_t rows, columns, samples, bits_allocated, bits_stored, high_bit;
    int64_t frames; /* 1 if the file says nothing */
    bool is_signed, has_high_bit, has_samples, has_padding, has_padding_limit;
    bool is_planar;                 /* one plane after the other, not pixel by pixel */
    int32_t padding, padding_limit; /* stored values from one to the other show no tissue */
    dicom_photometric photometric;
    double aspect; /* height of a pixel over its width; 1 if the file says nothing */
    bool has_pixels;
    const uint8_t *pixels; /* native: the cells; encapsulated: the items, the offset table first */
    size_t pixels_nbytes;
    bool has_items;         /* the pixels lie in items; a compressed picture without items is one frame */
    bool is_truncated;      /* dicom_cells found a narrow strip missing, or frames after the first */
    bool has_swapped_bytes; /* 8-bit samples in big-endian 16-bit words: VR OW */

    /* From stored values to greys: PS3.3, C.11.1 and C.11.2. */
    double slope, intercept;
    dicom_lut modality_lut, voi_lut;
    dicom_function function;
    bool inverse; /* Presentation LUT Shape */

    /* For pneumoscope_film_facts. */
    pneumoscope_film_facts facts;
    bool is_image, is_secondary_capture, is_for_processing, has_burned_in;
    bool is_animal;
    uint32_t frame_warnings, frame_reasons; /* of a JPEG, found by dicom_cells */
    bool says_lateral;                      /* in the series description */
    int32_t born, studied;                  /* days, to compute the age; 0: unknown */
    pneumoscope_film_origin origin;
    uint64_t patient_key; /* of the parts that were read */
    bool has_patient;
} dicom;

/* Whether a file is DICOM: with the preamble of 132 bytes, or with a data set from its first byte. */
bool dicom_sniff(const uint8_t *file, size_t nbytes);

/* Walks over the whole data set. BAD_IMAGE if it is damaged or holds no image; then nothing stays allocated. */
pneumoscope_status dicom_parse(dicom *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why);

/* Frees the memory of dicom_parse. */
void dicom_free(dicom *);

/* Corrects `encoding` if the pixels' bytes show another one than the transfer syntax. */
void dicom_settle_encoding(dicom *);

/* Checks that the library reads the picture which the file describes. A refusal has a reason and a sentence. */
pneumoscope_status dicom_check(const dicom *, detail *why);

/* Reads the cells of the first frame: u16[rows][columns], all bits_allocated bits of each. UNSUPPORTED_IMAGE, "colour",
 * if the three samples of a pixel are not the same grey. */
pneumoscope_status dicom_cells(dicom *, uint16_t *cells, detail *why);

/* The stored value of a cell: the bits up to the high bit, with the sign. */
int32_t dicom_stored_value(const dicom *, uint32_t cell);

/* An entry of a table. */
uint32_t dicom_lut_entry(const dicom *, const dicom_lut *, size_t index);

/* What the file gives reason for: bits of pneumoscope_warning, and of pneumoscope_scope. */
uint32_t dicom_warnings(const dicom *);
uint32_t dicom_scope_reasons(const dicom *);

/* The meaning of a film's greys. */
typedef struct dicom_range {
    double black, white; /* the values of 0 and 65535 after the Modality LUT; NaN with a VOI LUT or a sigmoid */
    double low, high;    /* where the window begins and ends, as shares 0..1; 0 and 1 without one */
} dicom_range;

/* Turns cells into greys, in place: u16 of 0 (black) to 65535, as the file wants them shown. Padding is black. If the
 * window cuts something off, *cuts is true, and `unwindowed`, u16[rows][columns], gets the greys of all values, linear.
 */
pneumoscope_status dicom_grey(const dicom *, uint16_t *cells, uint16_t *unwindowed, dicom_range *, bool *cuts,
                              detail *why);

/* A number from 2 bytes in the file's byte order. */
static inline uint32_t dicom_u16(const dicom *d, const uint8_t *at) { return d->big_endian ? be16(at) : le16(at); }

#endif
