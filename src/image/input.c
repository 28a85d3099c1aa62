#include "image/input.h"

#include "image/levels.h"
#include "image/prepare.h"

size_t input_scratch_nbytes(uint32_t side) {
    size_t of_resampling = prepare_scratch_nbytes(side), of_levels = (size_t)side * side * sizeof(float);
    return of_resampling > of_levels ? of_resampling : of_levels;
}

/* Whether the input spans less than a sixteenth of the grey range: the rule of models that do not stretch levels. */
static bool spans_little(const float *grey, size_t n) {
    float least = 1.0f, most = 0.0f;
    for (size_t i = 0; i < n; i++) {
        least = grey[i] < least ? grey[i] : least;
        most = grey[i] > most ? grey[i] : most;
    }
    return most - least < 1.0f / 16.0f;
}

/* ---- a slide or a page around the film ---- */

static const float NEARLY_WHITE = 0.97f; /* of the picture's white */
static const double MOSTLY = 0.85;       /* of a line: there may be letters in it */
static const double MOST_SURROUND = 0.4; /* of the picture */

/* Whether a line of pixels, `step` apart, is white. */
static bool is_white(const float *line, size_t n, size_t step, float white) {
    size_t nwhite = 0;
    for (size_t i = 0; i < n; i++)
        nwhite += line[i * step] >= NEARLY_WHITE * white;
    return (double)nwhite >= MOSTLY * (double)n;
}

static bool is_surrounded(const float *grey, size_t side, float white) {
    size_t top = 0, bottom = side, left = 0, right = side;
    while (top < bottom && is_white(grey + top * side, side, 1, white))
        top++;
    while (bottom > top && is_white(grey + (bottom - 1) * side, side, 1, white))
        bottom--;
    if (top == bottom)
        return false; /* the picture is all white: it shows nothing */
    while (left < right && is_white(grey + top * side + left, bottom - top, side, white))
        left++;
    while (right > left && is_white(grey + top * side + right - 1, bottom - top, side, white))
        right--;
    if (top == 0 || bottom == side) { /* white on one side only is no margin */
        top = 0;
        bottom = side;
    }
    if (left == 0 || right == side) {
        left = 0;
        right = side;
    }
    const double film = (double)((bottom - top) * (right - left));
    return film < (1 - MOST_SURROUND) * (double)(side * side);
}

/* ---- levels ---- */

static input_levels keep_levels(const image *film, float *input, size_t n) {
    for (size_t i = 0; i < n; i++)
        input[i] = image_share(film, input[i]);
    return (input_levels){.black = 0.0f, .white = 1.0f, .blank = spans_little(input, n)};
}

/* Stretches the film's own grey range to the input's. A film without a range keeps its levels. */
static input_levels stretch_levels(const image *film, uint32_t side, float *input, float *scratch) {
    size_t n = (size_t)side * side;
    levels found = levels_measure(input, n, scratch);
    levels of_file = {-(float)film->base, (float)(film->white - film->base)};
    double step = (double)film->white / (double)((1u << film->bits) - 1);
    bool blank = levels_blank(input, side, found, step);
    levels_stretch(input, n, found.high > found.low ? found : of_file);
    return (input_levels){
        .black = image_share(film, found.low), .white = image_share(film, found.high), .blank = blank};
}

input_levels input_make(const image *film, uint32_t side, bool stretches_levels, float *input, void *scratch) {
    prepare_resample(film, side, side, input, scratch);
    const bool surrounded = is_surrounded(input, side, (float)(film->white - film->base));
    input_levels found =
        stretches_levels ? stretch_levels(film, side, input, scratch) : keep_levels(film, input, (size_t)side * side);
    found.surrounded = surrounded;
    return found;
}
