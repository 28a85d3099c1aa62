#include "image/image.h"

#include "image/colour.h"

#include <math.h>
#include <stdlib.h>

pneumoscope_status image_check_size(uint32_t width, uint32_t height, uint64_t max_pixels, detail *why) {
    if (width > PNEUMOSCOPE_MAX_SIDE || height > PNEUMOSCOPE_MAX_SIDE)
        return status_refuse(why, PNEUMOSCOPE_IMAGE_TOO_LARGE, PNEUMOSCOPE_REASON_TOO_LARGE,
                             "The image is %u x %u pixels; at most %d a side are read.", width, height,
                             PNEUMOSCOPE_MAX_SIDE);
    if ((uint64_t)width * height > max_pixels)
        return status_refuse(why, PNEUMOSCOPE_IMAGE_TOO_LARGE, PNEUMOSCOPE_REASON_TOO_LARGE,
                             "The image is %u x %u pixels, more than the limit of %llu in all.", width, height,
                             (unsigned long long)max_pixels);
    return PNEUMOSCOPE_OK;
}

static uint32_t distance(uint32_t a, uint32_t b) { return a > b ? a - b : b - a; }

static uint32_t pixel_warnings(const image *film, size_t at) {
    uint32_t warnings = 0, tolerance = film->white / 255 * COLOUR_TOLERANCE;
    if (film->nchannels >= 3) {
        uint32_t red = image_sample(film, at), green = image_sample(film, at + 1), blue = image_sample(film, at + 2);
        if (distance(red, green) > tolerance || distance(green, blue) > tolerance || distance(red, blue) > tolerance)
            warnings |= PNEUMOSCOPE_WARNING_COLOUR;
    }
    if (film->nchannels % 2 == 0 && image_sample(film, at + film->nchannels - 1) != film->white)
        warnings |= PNEUMOSCOPE_WARNING_TRANSPARENCY;
    return warnings;
}

static uint32_t find_warnings(const image *film) {
    size_t nsamples = (size_t)film->width * film->height * film->nchannels;
    uint32_t warnings = 0;
    if (film->nchannels > 1)
        for (size_t at = 0; at < nsamples; at += film->nchannels)
            warnings |= pixel_warnings(film, at);
    return warnings;
}

static uint32_t find_base(const image *film) {
    size_t nsamples = (size_t)film->width * film->height;
    uint32_t least = film->white;
    if (film->nchannels != 1)
        return 0;
    if (film->depth == 8) {
        const uint8_t *samples = film->samples;
        uint8_t byte = 255;
        for (size_t i = 0; i < nsamples; i++)
            byte = samples[i] < byte ? samples[i] : byte;
        return byte;
    }
    for (size_t i = 0; i < nsamples; i++)
        least = image_sample(film, i) < least ? image_sample(film, i) : least;
    return least;
}

/* Makes the pixels square by adding pixels, unless there would be too many. */
static void square(uint32_t *width, uint32_t *height, double aspect) {
    double more = aspect > 1 ? aspect : 1 / aspect;
    uint32_t *side = aspect > 1 ? height : width;
    if (more > 1.001 && more < 100 && *side * more <= (double)PNEUMOSCOPE_MAX_SIDE)
        *side = (uint32_t)(*side * more + 0.5);
}

static void describe(image *film, const char *kind) {
    pneumoscope_film_facts *facts = &film->facts;
    uint32_t width = film->width, height = film->height;
    if (film->aspect > 0)
        square(&width, &height, film->aspect);
    facts->kind = kind;
    facts->bits = film->bits;
    facts->orientation = film->orientation;
    facts->width = image_is_turned(film) ? height : width;
    facts->height = image_is_turned(film) ? width : height;
    if (!facts->transfer_syntax)
        facts->value_white = (float)((1u << film->bits) - 1);
    facts->nframes = facts->nframes ? facts->nframes : 1;
    if (!facts->transfer_syntax)
        facts->age_years = facts->spacing_mm = NAN;
}

void image_complete(image *film, const char *kind) {
    film->warnings |= find_warnings(film);
    film->base = find_base(film);
    describe(film, kind);
}

pneumoscope_status image_lend(image *out, const uint16_t *grey, uint32_t width, uint32_t height, uint32_t bits,
                              uint64_t max_pixels, detail *why) {
    if (!grey || width == 0 || height == 0)
        return status_fail(why, PNEUMOSCOPE_BAD_ARGUMENT, "There are no grey samples: %u x %u pixels.", width, height);
    if (bits < 1 || bits > 16)
        return status_fail(why, PNEUMOSCOPE_BAD_ARGUMENT, "%u bits a sample were given; 1 to 16 are read.", bits);
    *out = (image){.width = width,
                   .height = height,
                   .nchannels = 1,
                   .depth = 16,
                   .bits = bits,
                   .white = (1u << bits) - 1,
                   .orientation = 1,
                   .samples = grey};
    pneumoscope_status status = image_check_size(width, height, max_pixels, why);
    if (status)
        return status;
    image_complete(out, "samples");
    return PNEUMOSCOPE_OK;
}

image image_unwindowed(const image *film) {
    image all = *film;
    all.owned = all.unwindowed = NULL;
    if (film->unwindowed) {
        all.samples = film->unwindowed;
        all.base = find_base(&all);
    }
    return all;
}

void image_free(image *film) {
    free(film->owned);
    free(film->unwindowed);
    film->owned = NULL;
    film->unwindowed = NULL;
    film->samples = NULL;
}

void image_luminance(const image *film, uint32_t x, uint32_t y, uint32_t n, float *out) {
    const uint32_t nchannels = film->nchannels;
    const int32_t base = (int32_t)film->base;
    size_t at = ((size_t)y * film->width + x) * nchannels;
    if (nchannels == 1 && film->depth == 8) { /* nearly every film; compilers vectorise this loop */
        const uint8_t *row = (const uint8_t *)film->samples + at;
        for (uint32_t i = 0; i < n; i++)
            out[i] = (float)((int32_t)row[i] - base); /* signed: vector units convert it in one step */
        return;
    }
    for (uint32_t i = 0; i < n; i++, at += nchannels) {
        uint32_t grey = image_sample(film, at);
        if (nchannels >= 3)
            grey = colour_luminance(grey, image_sample(film, at + 1), image_sample(film, at + 2));
        out[i] = (float)((grey < film->white ? grey : film->white) - film->base);
        if (nchannels % 2 == 0)
            out[i] *= (float)image_sample(film, at + nchannels - 1) / (float)film->white;
    }
}
