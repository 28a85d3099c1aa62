#include "image/missing.h"

#include <math.h>

pneumoscope_status missing_rows_check(uint32_t nmissing, uint32_t width, uint32_t height, const char *kind,
                                      detail *why) {
    if ((uint64_t)nmissing * MISSING_ONE_IN <= height)
        return PNEUMOSCOPE_OK;
    return status_refuse(
        why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_INCOMPLETE,
        "The %s is cut short: %.0f %% of its %u x %u pixels are missing. Copy or export the film again.", kind,
        ceil(100.0 * nmissing / height), width, height);
}
