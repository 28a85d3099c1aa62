/* A film's file: recognised, probed, decoded, described. */
#include "image/decode.h"

#include <stdlib.h>

enum { MOST_PIXELS = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    image film;
    detail why = {.text = ""};
    pneumoscope_status status = image_decode(&film, data, nbytes, MOST_PIXELS, &why);
    if (status) {
        if (why.text[0] == '\0' && status != PNEUMOSCOPE_NO_MEMORY)
            abort(); /* every refusal has its sentence */
        return 0;
    }
    uint32_t sum = 0; /* every sample has been written: MemorySanitizer would tell here */
    size_t nsamples = (size_t)film.nchannels * film.width * film.height;
    for (size_t i = 0; i < nsamples; i++)
        sum += film.depth == 16 ? ((const uint16_t *)film.samples)[i] : ((const uint8_t *)film.samples)[i];
    if (sum == 1)
        nsamples++;
    image_free(&film);
    return nsamples == 0;
}
