#include "image/stb.h"

#include "bytes.h"
#include "image/colour.h"
#include "image/jpeg/idct.h"

#include <stdlib.h>
#include <string.h>

/* The largest allocation that the picture at hand can need: stb_image inflates a PNG for as long as there is something
 * to inflate, and a megabyte of file can hold a gigabyte. stb_image's allocator knows nothing of the picture, so that
 * the limit lies beside it, one a thread, as its reason for the last failure does. */
#ifdef STBI_NO_THREAD_LOCALS
static uint64_t largest_allocation;
#else
static _Thread_local uint64_t largest_allocation;
#endif

/* Zero once the limit has been met, for then the file is damaged. */
static bool may_allocate(size_t nbytes) {
    if (nbytes > largest_allocation)
        largest_allocation = 0;
    return nbytes <= largest_allocation;
}

/* Zeroed, so that what a damaged JPEG leaves out is black and not a piece of the film before. */
#define STBI_MALLOC(nbytes) (may_allocate(nbytes) ? calloc(1, nbytes) : NULL)
#define STBI_REALLOC(pointer, nbytes) (may_allocate(nbytes) ? realloc(pointer, nbytes) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

/* stb_image keeps its reason for the last failure and sets none where zlib finds no memory. */
static bool was_out_of_memory(void) {
    return largest_allocation > 0 && (!stbi__g_failure_reason || strcmp(stbi__g_failure_reason, "outofmem") == 0);
}

/* Inflated rows take up to 9 bytes a pixel (RGBA of 16 bits, one pixel wide) or 5, and their buffer doubles for an
 * interlaced PNG; so does the one for the compressed bytes. What JPEG pads to whole blocks is less than the constant.
 */
static uint64_t most_bytes(uint64_t npixels, size_t file_nbytes, bool deep) {
    return (deep ? 18 : 10) * npixels + 2 * (uint64_t)file_nbytes + ((uint64_t)8 << 20);
}

/* ---- JPEG: stb_image decodes the planes, with our inverse DCT in place of its; only grey is made of them ---- */

/* Row `y` of plane `k` in the picture's width: as it is, or enlarged into the plane's line buffer. */
static const uint8_t *full_row(const stbi__jpeg *jpeg, int k, int y) {
    const int across = jpeg->img_h_max / jpeg->img_comp[k].h, down = jpeg->img_v_max / jpeg->img_comp[k].v;
    const int last = jpeg->img_comp[k].y - 1, stride = jpeg->img_comp[k].w2;
    int near = y / down, far = near + (y % down ? 1 : -1);
    far = far < 0 ? 0 : far > last ? last : far;
    resample_row_func enlarge = stbi__resample_row_generic;
    if (across <= 2 && down <= 2)
        enlarge = across == 1 ? down == 1 ? resample_row_1 : stbi__resample_row_v_2
                  : down == 1 ? stbi__resample_row_h_2
                              : jpeg->resample_row_hv_2_kernel;
    uint8_t *rows = jpeg->img_comp[k].data;
    return enlarge(jpeg->img_comp[k].linebuf, rows + (ptrdiff_t)near * stride, rows + (ptrdiff_t)far * stride,
                   ((int)jpeg->s->img_x + across - 1) / across, across);
}

static bool add_line_buffers(stbi__jpeg *jpeg) {
    bool added = true;
    for (int k = 0; k < 3; k++) /* enlarging by four may write three samples more */
        added = (jpeg->img_comp[k].linebuf = stbi__malloc(jpeg->s->img_x + 3)) && added;
    return added;
}

static bool is_rgb(const stbi__jpeg *jpeg) {
    return jpeg->rgb == 3 || (jpeg->app14_color_transform == 0 && !jpeg->jfif);
}

static void *grey_of_colours(stbi__jpeg *jpeg, bool *coloured) {
    const size_t width = jpeg->s->img_x, height = jpeg->s->img_y;
    uint8_t *grey = add_line_buffers(jpeg) ? stbi__malloc(width * height) : NULL;
    for (size_t y = 0; y < height && grey; y++) {
        const uint8_t *first = full_row(jpeg, 0, (int)y), *second = full_row(jpeg, 1, (int)y);
        const uint8_t *third = full_row(jpeg, 2, (int)y);
        *coloured |= (is_rgb(jpeg) ? colour_from_rgb : colour_from_ycc)(grey + y * width, first, second, third, width);
    }
    return grey;
}

/* Whether a chroma plane says that there is no colour: most films that are kept as coloured JPEGs have none. */
static bool is_neutral(const stbi__jpeg *jpeg, int k) {
    unsigned differences = 0;
    for (int y = 0; y < jpeg->img_comp[k].y; y++) {
        const uint8_t *row = jpeg->img_comp[k].data + (ptrdiff_t)y * jpeg->img_comp[k].w2;
        for (int x = 0; x < jpeg->img_comp[k].x; x++)
            differences |= row[x] ^ 128u;
    }
    return differences == 0;
}

static bool is_grey(const stbi__jpeg *jpeg) {
    bool is_whole = jpeg->img_comp[0].h == jpeg->img_h_max && jpeg->img_comp[0].v == jpeg->img_v_max;
    return jpeg->s->img_n == 1 || (!is_rgb(jpeg) && is_whole && is_neutral(jpeg, 1) && is_neutral(jpeg, 2));
}

/* The first plane, its rows moved together in the memory that it lies in. */
static void *take_first_plane(stbi__jpeg *jpeg) {
    uint8_t *samples = jpeg->img_comp[0].raw_data;
    for (size_t y = 0; y < jpeg->s->img_y; y++)
        memmove(samples + y * jpeg->s->img_x, jpeg->img_comp[0].data + y * (size_t)jpeg->img_comp[0].w2,
                jpeg->s->img_x);
    jpeg->img_comp[0].raw_data = NULL;
    return samples;
}

static void load_jpeg(image *out, stbi__context *file) {
    stbi__jpeg *jpeg = stbi__malloc(sizeof *jpeg); /* zeroed: STBI_MALLOC above */
    bool coloured = false;
    if (!jpeg)
        return;
    jpeg->s = file;
    stbi__setup_jpeg(jpeg);
    jpeg->idct_block_kernel = jpeg_idct;
    if (stbi__decode_jpeg_image(jpeg))
        out->owned = is_grey(jpeg) ? take_first_plane(jpeg) : grey_of_colours(jpeg, &coloured);
    stbi__cleanup_jpeg(jpeg);
    free(jpeg);
    out->width = file->img_x;
    out->height = file->img_y;
    out->nchannels = 1;
    out->warnings = coloured ? PNEUMOSCOPE_WARNING_COLOUR : 0;
}

/* ---- the others ---- */

static void load_other(image *out, stbi__context *file) {
    int width = 0, height = 0, nchannels = 0;
    if (out->depth == 16) /* two calls, since the 8-bit one throws the low bytes away */
        out->owned = stbi__load_and_postprocess_16bit(file, &width, &height, &nchannels, 0);
    else
        out->owned = stbi__load_and_postprocess_8bit(file, &width, &height, &nchannels, 0);
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    out->nchannels = (uint32_t)nchannels;
}

/* ---- what formats.c calls ---- */

static pneumoscope_status refuse(image *out, const header *found, detail *why) {
    bool starved = !out->owned && was_out_of_memory();
    free(out->owned);
    *out = (image){0};
    if (starved)
        return status_fail(why, PNEUMOSCOPE_NO_MEMORY, "There is not enough memory to decode %u x %u pixels.",
                           found->width, found->height);
    return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The image data are damaged: %u x %u pixels could not be decoded.",
                       found->width, found->height);
}

static pneumoscope_status decode(image *out, void (*load)(image *, stbi__context *), uint32_t depth,
                                 const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    stbi__context context = {0};
    *out = (image){.depth = depth, .white = (1u << depth) - 1};
    stbi__g_failure_reason = NULL;
    largest_allocation = most_bytes((uint64_t)found->width * found->height, nbytes, depth == 16);
    stbi__start_mem(&context, file, (int)nbytes);
    load(out, &context);
    if (!out->owned || out->width != found->width || out->height != found->height)
        return refuse(out, found, why);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status stb_decode_jpeg(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    return decode(out, load_jpeg, 8, file, nbytes, found, why);
}

pneumoscope_status stb_decode_png(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    bool deep = file[24] == 16; /* IHDR's; `bits` may be sBIT's */
    return decode(out, load_other, deep ? 16 : 8, file, nbytes, found, why);
}

pneumoscope_status stb_decode_bmp(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    return decode(out, load_other, 8, file, nbytes, found, why);
}

/* ---- deflate, for DICOM ---- */

void *stb_inflate(const uint8_t *deflated, size_t nbytes, size_t capacity, size_t *ninflated, bool *whole,
                  detail *why) {
    char *out = malloc(capacity);
    why->text[0] = '\0';
    if (!out)
        return NULL;
    stbi__zbuf state = {.zbuffer = (stbi_uc *)(uintptr_t)deflated,
                        .zbuffer_end = (stbi_uc *)(uintptr_t)deflated + nbytes};
    stbi__g_failure_reason = NULL;
    *whole = stbi__do_zlib(&state, out, (int)capacity, 0, 0) != 0;
    *ninflated = (size_t)(state.zout - state.zout_start);
    if (*whole || (stbi__g_failure_reason && strcmp(stbi__g_failure_reason, "output buffer limit") == 0))
        return out;
    bytes_wipe(out, *ninflated);
    free(out);
    status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                  "The DICOM file is damaged: its deflated part could not be inflated.");
    return NULL;
}
