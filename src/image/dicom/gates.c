#include "image/dicom/dicom.h"

#include "image/dicom/terms.h"

#include <string.h>

/* Compares what the file says with what the library reads. It refuses a film that cannot be read, with a reason. A film
 * that should not be judged gets scope reasons, and others get warnings. */

static pneumoscope_status refuse(detail *why, pneumoscope_status status, pneumoscope_reason reason,
                                 const char *sentence) {
    return status_refuse(why, status, reason, "%s", sentence);
}

static pneumoscope_status check_cells(const dicom *d, detail *why) {
    if (d->rows == 0 || d->columns == 0)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The DICOM file is damaged: its picture has %u rows and %u columns.", d->rows, d->columns);
    if (d->has_samples && d->samples == 0)
        return refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                      "The DICOM file is damaged: its pixels have no samples.");
    if (d->bits_allocated == 0 || (d->bits_allocated != 8 && d->bits_allocated != 16))
        return status_refuse(why, d->bits_allocated ? PNEUMOSCOPE_UNSUPPORTED_IMAGE : PNEUMOSCOPE_BAD_IMAGE,
                             PNEUMOSCOPE_REASON_BITS, "The DICOM file has %u bits for a pixel; 8 or 16 are read.",
                             d->bits_allocated);
    if (d->bits_stored == 0 || d->bits_stored > d->bits_allocated || d->high_bit >= d->bits_allocated ||
        d->high_bit + 1 < d->bits_stored)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The DICOM file contradicts itself: %u bits stored up to bit %u of %u.", d->bits_stored,
                             d->high_bit, d->bits_allocated);
    if (d->frames < 1)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The DICOM file is damaged: it has %lld frames.", (long long)d->frames);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status dicom_check(const dicom *d, detail *why) {
    if (!d->is_image || terms_modality_kind(d->facts.modality) == TERMS_NO_IMAGE)
        return refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_NOT_AN_IMAGE,
                      "The DICOM file holds no picture, but a report, a plan, a table of contents or marks; open the "
                      "film itself.");
    if (!d->has_pixels)
        return refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_NO_PIXEL_DATA,
                      "The DICOM file has no pixels that can be read; export the film with its picture.");
    if (d->encoding == DICOM_NOT_READ)
        return refuse(
            why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
            "The DICOM file is compressed in a way that is not read (JPEG XL, video or a private one); export "
            "it uncompressed or as JPEG 2000.");
    bool is_grey_perhaps = d->samples <= 1 ? d->photometric != DICOM_PALETTE : d->samples == 3; /* dicom_cells tells */
    if (!is_grey_perhaps)
        return refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_COLOUR,
                      "The DICOM file is in colour, and a radiograph has no colours; export the film itself, in grey.");
    return check_cells(d, why);
}

/* The model knows frontal chests of children of 1 to 5 years and of adults. */
static bool is_not_frontal(const pneumoscope_film_facts *film) {
    return film->view && strcmp(film->view, "AP") != 0 && strcmp(film->view, "PA") != 0;
}

static bool is_not_chest(const pneumoscope_film_facts *film) {
    return film->body_part && strcmp(film->body_part, "CHEST") != 0;
}

static bool is_infant(const pneumoscope_film_facts *film) { return film->age_years < 1; } /* NaN is not */

static bool is_of_school_age(const pneumoscope_film_facts *film) {
    return film->age_years >= 6 && film->age_years < 18;
}

typedef struct fact {
    bool holds;
    uint32_t bit;
} fact;

static uint32_t bits_of(const fact *list, size_t n) {
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits |= list[i].holds ? list[i].bit : 0;
    return bits;
}

uint32_t dicom_scope_reasons(const dicom *d) {
    const pneumoscope_film_facts *film = &d->facts;
    const fact list[] = {
        {terms_modality_kind(film->modality) == TERMS_OTHER_IMAGE, PNEUMOSCOPE_SCOPE_MODALITY},
        {d->is_for_processing, PNEUMOSCOPE_SCOPE_FOR_PROCESSING},
        {is_not_frontal(film), PNEUMOSCOPE_SCOPE_VIEW},
        {is_not_chest(film), PNEUMOSCOPE_SCOPE_BODY_PART},
        {is_infant(film), PNEUMOSCOPE_SCOPE_AGE},
    };
    return bits_of(list, sizeof list / sizeof list[0]) | d->frame_reasons;
}

uint32_t dicom_warnings(const dicom *d) {
    const pneumoscope_film_facts *film = &d->facts;
    const fact list[] = {
        {is_not_frontal(film), PNEUMOSCOPE_WARNING_LATERAL},
        {is_not_chest(film), PNEUMOSCOPE_WARNING_BODY_PART},
        {d->has_burned_in, PNEUMOSCOPE_WARNING_BURNED_IN},
        {d->frames > 1, PNEUMOSCOPE_WARNING_MULTI_FRAME},
        {d->is_truncated, PNEUMOSCOPE_WARNING_TRUNCATED},
        {d->samples > 1 || d->is_secondary_capture || terms_modality_kind(film->modality) == TERMS_CAPTURE,
         PNEUMOSCOPE_WARNING_SECONDARY_CAPTURE},
        {is_infant(film) || is_of_school_age(film), PNEUMOSCOPE_WARNING_AGE},
    };
    return bits_of(list, sizeof list / sizeof list[0]) | d->frame_warnings;
}
