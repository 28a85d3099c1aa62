/* Compares the values of a DICOM file with tables. A value is bytes of any length, with the file's padding. The
 * functions return our own constants or numbers, so the file's text goes no further. */
#ifndef PNEUMOSCOPE_DICOM_TERMS_H
#define PNEUMOSCOPE_DICOM_TERMS_H

#include "image/dicom/dicom.h"

/* What a transfer syntax (PS3.6, table A-1) says about the coding of a data set and of its pixels. */
typedef struct dicom_syntax {
    const char *uid; /* "other" if the table lacks it */
    dicom_encoding encoding;
    bool is_explicit, big_endian, deflated, lossy;
} dicom_syntax;

const dicom_syntax *terms_syntax(const uint8_t *value, size_t nbytes);
const dicom_syntax *terms_syntax_of(bool is_explicit, bool big_endian);
const dicom_syntax *terms_syntax_for(dicom_encoding); /* the usual one */

/* Whether a value is this word. Spaces and zeros at its ends do not count. */
bool terms_equal(const uint8_t *value, size_t nbytes, const char *word);

/* By SOP class (PS3.6, table A-1). */
bool terms_names_no_image(const uint8_t *value, size_t nbytes);
bool terms_names_secondary_capture(const uint8_t *value, size_t nbytes);
bool terms_names_for_processing(const uint8_t *value, size_t nbytes);

/* Defined terms. "OTHER" for a value that the table lacks, NULL for an empty one. */
const char *terms_modality(const uint8_t *value, size_t nbytes);

/* The same for a text in any case and in the page's languages: "CHEST" for "Tórax PA". NULL also for a text that says
 * "unknown". */
const char *terms_body_part(const uint8_t *value, size_t nbytes);

/* Whether a text names an animal. */
bool terms_name_animal(const uint8_t *value, size_t nbytes);

/* The view that a text names: "AP", "PA", "LATERAL", "OBLIQUE", "DECUBITUS"; NULL if it names none of these. */
const char *terms_view(const uint8_t *value, size_t nbytes);

/* The same for a code of CID 4010, in SNOMED's old or new form. */
const char *terms_view_code(const uint8_t *value, size_t nbytes);

/* Whether a description names a lateral film and no frontal one. */
bool terms_describe_lateral(const uint8_t *value, size_t nbytes);

/* A direction in the patient (PS3.3, C.7.6.1.1.1): one to three of the letters A P L R H F, the main one first, and not
 * two of one axis. Writes them with a zero at their end. False, and nothing is written, for anything else. */
bool terms_direction(const uint8_t *value, size_t nbytes, char letters[4]);

/* The opposite of a letter of a direction: 'R' for 'L'. 0 for any other character. */
char terms_opposite(char letter);

const char *terms_laterality(const uint8_t *value, size_t nbytes); /* "L", "R", "B"; or NULL */
const char *terms_sex(const uint8_t *value, size_t nbytes);        /* "F", "M", "O"; or NULL */
float terms_age(const uint8_t *value, size_t nbytes);              /* years; NaN: no age */
int32_t terms_date(const uint8_t *value, size_t nbytes);           /* days since a fixed day; 0: no date */
uint32_t terms_calendar(const uint8_t *value, size_t nbytes);      /* the same as 20261129; 0: no date */

/* For one sample a pixel, or for several. Case does not matter. */
dicom_photometric terms_photometric(const uint8_t *value, size_t nbytes, uint32_t nsamples);

/* Adds an element's value to a checksum, 0 at first: FNV-1a of 64 bits. An empty value changes nothing. */
uint64_t terms_checksum(uint64_t before, uint32_t tag, const uint8_t *value, size_t nbytes);

/* Whether a number of a patient tells patients apart. "ANONYMOUS", "0" and the like do not. */
bool terms_names_a_patient(const uint8_t *value, size_t nbytes);

/* A decimal number that ends at a backslash or at the end. Spaces around it do not count, and a comma is a point. NaN
 * for anything else. Unlike strtod it ignores the locale. */
double terms_decimal(const char *text, size_t nbytes);

/* How the library treats a modality: it reads it, or it is no radiograph, or no image. */
typedef enum terms_kind { TERMS_RADIOGRAPH, TERMS_CAPTURE, TERMS_OTHER_IMAGE, TERMS_NO_IMAGE } terms_kind;
terms_kind terms_modality_kind(const char *modality);

#endif
