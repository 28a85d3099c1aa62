/* stb_image as it is, built without SIMD: what src/image/stb.c is to be faster than. decode.js calls it. */
#define STB_IMAGE_IMPLEMENTATION
#define STBI_NO_SIMD
#define STBI_NO_THREAD_LOCALS
#include <stb_image.h>

#include <emscripten/emscripten.h>

/* Returns how many samples the picture has, 0 where it cannot be decoded. */
EMSCRIPTEN_KEEPALIVE int decode_plain(const unsigned char *file, int nbytes) {
    int width, height, nchannels;
    unsigned char *samples = stbi_load_from_memory(file, nbytes, &width, &height, &nchannels, 0);
    stbi_image_free(samples);
    return samples ? width * height * nchannels : 0;
}
