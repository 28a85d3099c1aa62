/* A compressed frame of a DICOM film. The first byte says of which kind and of how many channels, the next
 * two of what size it should be. */
#include "image/dicom/codecs/codecs.h"

#include <stdlib.h>

enum { MOST_SIDE = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    if (nbytes < 3)
        return 0;
    uint32_t width = data[1] % MOST_SIDE + 1u, height = data[2] % MOST_SIDE + 1u, nchannels = data[0] & 4 ? 3 : 1;
    detail why = {.text = ""};
    uint16_t *samples = malloc(2 * (size_t)width * height * nchannels);
    if (samples && codec_decode((codec)(data[0] % 4), data + 3, nbytes - 3, width, height, nchannels, samples, &why) &&
        why.text[0] == '\0')
        abort();
    free(samples);
    return 0;
}
