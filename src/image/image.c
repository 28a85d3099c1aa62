#include "image/image.h"

#include "image/colour.h"
#include "image/decode.h"
#include "image/probe.h"

static pneumoscope_status check_size(uint32_t width, uint32_t height, uint64_t max_pixels, detail *why) {
    if (width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE)
        return status_fail(why, PNEUMOSCOPE_IMAGE_TOO_LARGE, "The image is %u x %u pixels; at most %d a side are read.",
                           width, height, IMAGE_MAX_SIDE);
    if ((uint64_t)width * height > max_pixels)
        return status_fail(why, PNEUMOSCOPE_IMAGE_TOO_LARGE,
                           "The image is %u x %u pixels, more than the limit of %llu in all.", width, height,
                           (unsigned long long)max_pixels);
    return PNEUMOSCOPE_OK;
}

static uint32_t sample(const image *film, size_t index) {
    return film->bits == 8 ? ((const uint8_t *)film->samples)[index] : ((const uint16_t *)film->samples)[index];
}

static uint32_t distance(uint32_t a, uint32_t b) { return a > b ? a - b : b - a; }

static uint32_t pixel_warnings(const image *film, size_t at) {
    uint32_t warnings = 0, tolerance = film->white / 255 * COLOUR_TOLERANCE;
    if (film->nchannels >= 3) {
        uint32_t red = sample(film, at), green = sample(film, at + 1), blue = sample(film, at + 2);
        if (distance(red, green) > tolerance || distance(green, blue) > tolerance || distance(red, blue) > tolerance)
            warnings |= PNEUMOSCOPE_WARNING_COLOUR;
    }
    if (film->nchannels % 2 == 0 && sample(film, at + film->nchannels - 1) != film->white)
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

pneumoscope_status image_decode(image *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why) {
    *out = (image){0};
    probe header;
    pneumoscope_status status = probe_file(&header, file, nbytes, why);
    if (!status)
        status = check_size(header.width, header.height, max_pixels, why);
    if (status)
        return status;

    bool deep = header.bits > 8;
    decoded pixels;
    uint64_t npixels = (uint64_t)header.width * header.height;
    decode_status decoding = decode_image(&pixels, file, nbytes, npixels, deep);
    if (decoding == DECODE_NO_MEMORY)
        return status_fail(why, PNEUMOSCOPE_NO_MEMORY, "There is not enough memory to decode %u x %u pixels.",
                           header.width, header.height);
    out->owned = pixels.samples;
    if (decoding == DECODE_DAMAGED || pixels.width != header.width || pixels.height != header.height) {
        image_free(out);
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The image data are damaged: %u x %u pixels could not be decoded.", header.width,
                           header.height);
    }
    out->width = pixels.width;
    out->height = pixels.height;
    out->nchannels = pixels.nchannels;
    out->bits = deep ? 16 : 8;
    out->white = deep ? 65535 : 255;
    out->orientation = header.orientation;
    out->samples = out->owned;
    out->warnings = find_warnings(out) | (pixels.coloured ? PNEUMOSCOPE_WARNING_COLOUR : 0u);
    return PNEUMOSCOPE_OK;
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
                   .bits = 16,
                   .white = (1u << bits) - 1,
                   .orientation = 1,
                   .samples = grey};
    return check_size(width, height, max_pixels, why);
}

void image_free(image *film) {
    decode_free(film->owned);
    film->owned = NULL;
    film->samples = NULL;
}

void image_luminance(const image *film, uint32_t x, uint32_t y, uint32_t n, float *out) {
    const float scale = 1.0f / (float)film->white;
    const uint32_t nchannels = film->nchannels;
    size_t at = ((size_t)y * film->width + x) * nchannels;
    if (nchannels == 1 && film->bits == 8) { /* nearly every film: a loop that compilers vectorise */
        const uint8_t *row = (const uint8_t *)film->samples + at;
        for (uint32_t i = 0; i < n; i++)
            out[i] = (float)row[i] * scale;
        return;
    }
    for (uint32_t i = 0; i < n; i++, at += nchannels) {
        uint32_t grey = sample(film, at);
        if (nchannels >= 3)
            grey = colour_luminance(grey, sample(film, at + 1), sample(film, at + 2));
        out[i] = (float)(grey < film->white ? grey : film->white) * scale;
        if (nchannels % 2 == 0)
            out[i] *= (float)sample(film, at + nchannels - 1) * scale;
    }
}
