/* What the values of a DICOM file are compared with. Values come as bytes of any length, padded as files pad them; what
 * is returned is a constant of ours or a number, so that no text of a file gets past this door. */
#ifndef PNEUMOSCOPE_DICOM_WORDS_H
#define PNEUMOSCOPE_DICOM_WORDS_H

#include "image/dicom/dicom.h"

/* What a transfer syntax (PS3.6, table A-1) says of the way in which a data set and its pixels are written. */
typedef struct dicom_syntax {
    const char *uid; /* "other" for one that the table lacks */
    dicom_encoding encoding;
    bool is_explicit, big_endian, deflated, lossy;
} dicom_syntax;

const dicom_syntax *words_syntax(const uint8_t *value, size_t nbytes);
const dicom_syntax *words_syntax_of(bool is_explicit, bool big_endian);

/* Whether a value is this word, spaces and zeros at its ends left out. */
bool words_equal(const uint8_t *value, size_t nbytes, const char *word);

/* By SOP class (PS3.6, table A-1). */
bool words_names_no_image(const uint8_t *value, size_t nbytes);
bool words_names_secondary_capture(const uint8_t *value, size_t nbytes);
bool words_names_for_processing(const uint8_t *value, size_t nbytes);

/* Defined terms; "OTHER" for a value that the table lacks, NULL for an empty one. */
const char *words_modality(const uint8_t *value, size_t nbytes);
const char *words_body_part(const uint8_t *value, size_t nbytes);

/* NULL for what is no view that we know: "AP", "PA", "LATERAL", "OBLIQUE". */
const char *words_view(const uint8_t *value, size_t nbytes);
const char *words_view_meaning(const uint8_t *value, size_t nbytes);

const char *words_laterality(const uint8_t *value, size_t nbytes); /* "L", "R", "B"; or NULL */
const char *words_sex(const uint8_t *value, size_t nbytes);        /* "F", "M", "O"; or NULL */
float words_age(const uint8_t *value, size_t nbytes);              /* years; NaN for what is no age */
dicom_photometric words_photometric(const uint8_t *value, size_t nbytes);

/* A decimal number up to a backslash or the end, spaces around it left out; NaN for anything else. No locale has a say
 * in it, as it would in strtod. */
double words_decimal(const char *text, size_t nbytes);

/* What becomes of a modality: read, no radiograph, or no image at all. */
typedef enum words_kind { WORDS_RADIOGRAPH, WORDS_CAPTURE, WORDS_OTHER_IMAGE, WORDS_NO_IMAGE } words_kind;
words_kind words_modality_kind(const char *modality);

#endif
