/* The orientation in a TIFF directory. */

#include "image/exif.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    uint32_t orientation = exif_orientation(data, nbytes);
    if (orientation < 1 || orientation > 8)
        abort();
    return 0;
}
