#include "image/dicom/dicom.h"

#include "image/dicom/words.h"

#include <math.h>
#include <string.h>

/* What a file says that it is, against what this reader is for. A film that cannot be read is refused here with a
 * reason; one that can, but should not be judged, or not without a word, says so in the findings. */

static pneumoscope_status refuse(detail *why, pneumoscope_status status, const char *reason, const char *sentence) {
    return status_refuse(why, status, reason, "%s", sentence);
}

static pneumoscope_status check_cells(const dicom *d, detail *why) {
    if (d->rows == 0 || d->columns == 0)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                             "The DICOM file is damaged: its picture has %u rows and %u columns.", d->rows, d->columns);
    if (d->has_samples && d->samples == 0)
        return refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "The DICOM file is damaged: its pixels have no samples.");
    if (d->bits_allocated == 0 || (d->bits_allocated != 8 && d->bits_allocated != 16))
        return status_refuse(why, d->bits_allocated ? PNEUMOSCOPE_UNSUPPORTED_IMAGE : PNEUMOSCOPE_BAD_IMAGE, "bits",
                             "The DICOM file has %u bits for a pixel; 8 or 16 are read.", d->bits_allocated);
    if (d->bits_stored == 0 || d->bits_stored > d->bits_allocated || d->high_bit >= d->bits_allocated ||
        d->high_bit + 1 < d->bits_stored)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                             "The DICOM file contradicts itself: %u bits stored up to bit %u of %u.", d->bits_stored,
                             d->high_bit, d->bits_allocated);
    if (d->frames < 1)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "The DICOM file is damaged: it has %lld frames.",
                             (long long)d->frames);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status dicom_check(const dicom *d, detail *why) {
    if (!d->is_image || words_modality_kind(d->facts.modality) == WORDS_NO_IMAGE)
        return refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "not-an-image",
                      "The DICOM file holds no picture but a report, a plan, a table of contents or marks; the film "
                      "itself would be read.");
    if (!d->has_pixels)
        return refuse(why, PNEUMOSCOPE_BAD_IMAGE, "no-pixel-data",
                      "The DICOM file has no pixels that can be read; export the film with its picture.");
    if (d->encoding == DICOM_NOT_READ)
        return refuse(
            why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "unsupported-syntax",
            "The DICOM file is compressed in a way that is not read (JPEG XL, video or a private one); export "
            "it uncompressed or as JPEG 2000.");
    if (d->samples > 1 || d->photometric == DICOM_COLOUR)
        return refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "colour",
                      "The DICOM file is in colour, which no radiograph is; the film itself would be read.");
    return check_cells(d, why);
}

uint32_t dicom_scope_reasons(const dicom *d) {
    bool other = words_modality_kind(d->facts.modality) == WORDS_OTHER_IMAGE;
    return (other ? PNEUMOSCOPE_SCOPE_MODALITY : 0u) | (d->is_for_processing ? PNEUMOSCOPE_SCOPE_FOR_PROCESSING : 0u);
}

/* The model knows children of 1 to 5 years and adults. */
static bool is_of_unknown_age(float years) { return years < 1 || (years >= 6 && years < 18); }

uint32_t dicom_warnings(const dicom *d) {
    const pneumoscope_film_facts *film = &d->facts;
    const struct {
        bool holds;
        uint32_t warning;
    } list[] = {
        {film->view && strcmp(film->view, "AP") != 0 && strcmp(film->view, "PA") != 0, PNEUMOSCOPE_WARNING_LATERAL},
        {film->body_part && strcmp(film->body_part, "CHEST") != 0, PNEUMOSCOPE_WARNING_BODY_PART},
        {d->has_burned_in, PNEUMOSCOPE_WARNING_BURNED_IN},
        {d->frames > 1, PNEUMOSCOPE_WARNING_MULTI_FRAME},
        {d->is_truncated, PNEUMOSCOPE_WARNING_TRUNCATED},
        {d->is_secondary_capture || words_modality_kind(film->modality) == WORDS_CAPTURE,
         PNEUMOSCOPE_WARNING_SECONDARY_CAPTURE},
        {isfinite(film->age_years) && is_of_unknown_age(film->age_years), PNEUMOSCOPE_WARNING_AGE},
    };
    uint32_t warnings = 0;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        warnings |= list[i].holds ? list[i].warning : 0;
    return warnings;
}
