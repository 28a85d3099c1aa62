#include "image/view.h"

#include "image/prepare.h"

void view_size(const image *film, uint32_t longest, uint32_t *width, uint32_t *height) {
    uint32_t across = film->facts.width, down = film->facts.height, side = across > down ? across : down;
    double shrink = side > longest ? (double)longest / side : 1.0;
    *width = (uint32_t)(across * shrink + 0.5);
    *height = (uint32_t)(down * shrink + 0.5);
    *width = *width ? *width : 1;
    *height = *height ? *height : 1;
}

void view_draw(const image *film, uint32_t width, uint32_t height, uint16_t *out, float *grey, void *scratch) {
    prepare_resample(film, width, height, grey, scratch);
    for (size_t i = 0; i < (size_t)width * height; i++)
        out[i] = (uint16_t)(image_share(film, grey[i]) * 65535.0f + 0.5f);
}
