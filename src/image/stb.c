#include "image/stb.h"

#include "bytes.h"
#include "image/colour.h"
#include "image/jpeg/idct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The largest allocation that the picture at hand can need: stb_image inflates a PNG for as long as there is something
 * to inflate, and a megabyte of file can hold a gigabyte. stb_image's allocator knows nothing of the picture, so that
 * the limit lies beside it, one a thread; so does whether the machine had less than that. */
#ifdef STBI_NO_THREAD_LOCALS
#define ONE_A_THREAD
#else
#define ONE_A_THREAD _Thread_local
#endif
static ONE_A_THREAD uint64_t largest_allocation;
static ONE_A_THREAD bool starved;

static void *checked(void *allocated) {
    starved |= !allocated;
    return allocated;
}

/* Zeroed, so that what a damaged JPEG leaves out is black and not a piece of the film before. */
#define STBI_MALLOC(nbytes) ((nbytes) <= largest_allocation ? checked(calloc(1, nbytes)) : NULL)
#define STBI_REALLOC(pointer, nbytes) ((nbytes) <= largest_allocation ? checked(realloc(pointer, nbytes)) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

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

/* JFIF knows YCbCr alone, whatever its components are called; without it Adobe's marker or their names decide. */
static bool is_rgb(const stbi__jpeg *jpeg) {
    return !jpeg->jfif && (jpeg->rgb == 3 || jpeg->app14_color_transform == 0);
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

/* ---- JPEG: the scans. stb_image decodes zeros where data are missing and says nothing; here every block is counted
 * that had none ---- */

enum { MOST_LEFT_OVER = 4 };

typedef struct account {
    uint64_t nblocks, nmissing;
    uint64_t nleft_over;     /* bytes of scans that no block wanted: others are lost before them */
    int8_t bits_left[4][64]; /* of each coefficient of a progressive film's channels; -1: it has not come at all */
    bool began[4];           /* a sequential film's channels come once */
} account;

static bool decode_block(stbi__jpeg *z, int channel, int x, int y) {
    const int dc = z->img_comp[channel].hd, ac = z->img_comp[channel].ha;
    if (!z->progressive) {
        STBI_SIMD_ALIGN(short, data[64]);
        if (!stbi__jpeg_decode_block(z, data, z->huff_dc + dc, z->huff_ac + ac, z->fast_ac[ac], channel,
                                     z->dequant[z->img_comp[channel].tq]))
            return false;
        const int stride = z->img_comp[channel].w2;
        z->idct_block_kernel(z->img_comp[channel].data + (ptrdiff_t)stride * y * 8 + (ptrdiff_t)x * 8, stride, data);
        return true;
    }
    short *coefficients =
        z->img_comp[channel].coeff + 64 * ((ptrdiff_t)x + (ptrdiff_t)y * z->img_comp[channel].coeff_w);
    return z->spec_start == 0 ? stbi__jpeg_decode_block_prog_dc(z, coefficients, z->huff_dc + dc, channel)
                              : stbi__jpeg_decode_block_prog_ac(z, coefficients, z->huff_ac + ac, z->fast_ac[ac]);
}

/* Blocks that the bits may be enough for that were taken in before the marker: 32 at most, of which each block needs
 * its shortest codes. */
static int blocks_in_hand(const stbi__jpeg *z) {
    int least = 32;
    for (int k = 0; k < z->scan_n; k++) {
        const int channel = z->order[k];
        int bits = z->spec_start == 0 && z->succ_high == 0 ? z->huff_dc[z->img_comp[channel].hd].size[0] : 0;
        bits += z->spec_end > 0 ? z->huff_ac[z->img_comp[channel].ha].size[0] : 0;
        least = bits < least ? bits : least;
    }
    return 32 / (least > 1 ? least : 1) + 1;
}

/* At the end of a restart interval: whether the next one begins here, bytes that nobody needs before it left out. */
static bool restart(stbi__jpeg *z) {
    if (z->code_bits < 24)
        stbi__grow_buffer_unsafe(z);
    if (z->marker == STBI__MARKER_none)
        z->marker = stbi__skip_jpeg_junk_at_end(z);
    if (!STBI__RESTART(z->marker))
        return false;
    stbi__jpeg_reset(z);
    return true;
}

/* The blocks of one scan. False where what is there cannot be decoded; what is not there is counted. */
static bool decode_scan(stbi__jpeg *z, account *a) {
    const bool alone = z->scan_n == 1;
    const int first = z->order[0];
    const int across = alone ? (z->img_comp[first].x + 7) >> 3 : z->img_mcu_x;
    const int down = alone ? (z->img_comp[first].y + 7) >> 3 : z->img_mcu_y;
    const int most_in_hand = blocks_in_hand(z);
    int in_hand = 0, nblocks = 0; /* blocks since the data ended; of one unit */
    for (int k = 0; k < z->scan_n; k++)
        nblocks += alone ? 1 : z->img_comp[z->order[k]].h * z->img_comp[z->order[k]].v;
    const int64_t nunits = (int64_t)across * down;
    a->nblocks += (uint64_t)(nunits * nblocks);
    stbi__jpeg_reset(z);
    for (int64_t unit = 0; unit < nunits; unit++) {
        const int i = (int)(unit % across), j = (int)(unit / across);
        for (int k = 0; k < z->scan_n && in_hand <= most_in_hand; k++) {
            const int channel = z->order[k], h = alone ? 1 : z->img_comp[channel].h,
                      v = alone ? 1 : z->img_comp[channel].v;
            for (int b = 0; b < h * v; b++) {
                bool needs_bits = !z->progressive || z->spec_start == 0 || z->eob_run == 0;
                in_hand += z->nomore && needs_bits;
                if (!decode_block(z, channel, i * h + b % h, j * v + b / h))
                    return false;
            }
        }
        a->nmissing += in_hand > most_in_hand ? (uint64_t)nblocks : 0;
        bool ends = --z->todo <= 0, goes_on = ends && unit + 1 < nunits && restart(z);
        if (goes_on)
            in_hand = 0;
        if ((ends && !goes_on) || (in_hand > most_in_hand && !z->restart_interval)) {
            a->nmissing += (uint64_t)((nunits - unit - 1) * nblocks);
            return true;
        }
    }
    return true;
}

/* Whether the tables that a channel's blocks are decoded with have come: motion JPEG leaves them out. */
static bool has_tables(const stbi__jpeg *z, int channel) {
    const bool dc = z->spec_start == 0 && z->succ_high == 0, ac = z->spec_end > 0;
    return (!dc || z->huff_dc[z->img_comp[channel].hd].size[0]) && (!ac || z->huff_ac[z->img_comp[channel].ha].size[0]);
}

/* Whether a scan is one that the film can have now; notes what it brings. */
static bool note_scan(const stbi__jpeg *z, account *a) {
    for (int k = 0; k < z->scan_n; k++) {
        const int channel = z->order[k];
        if ((!z->progressive && a->began[channel]) || !has_tables(z, channel))
            return false;
        a->began[channel] = true;
        for (int c = z->spec_start; c <= z->spec_end; c++)
            a->bits_left[channel][c] = (int8_t)z->succ_low;
    }
    return true;
}

/* Channels and coefficients that never came, as blocks that are missing. */
static void count_absent(const stbi__jpeg *z, account *a) {
    for (int channel = 0; channel < z->s->img_n; channel++) {
        int nabsent = !a->began[channel] ? 64 : 0;
        for (int c = 0; c < 64 && z->progressive && a->began[channel]; c++)
            nabsent += a->bits_left[channel][c] != 0;
        if (nabsent > 0)
            a->nmissing = a->nblocks; /* a film without its detail is not one with a narrow strip missing */
    }
}

static bool decode_scans(stbi__jpeg *z, account *a) {
    memset(a->bits_left, -1, sizeof a->bits_left);
    if (!stbi__decode_jpeg_header(z, STBI__SCAN_load))
        return false;
    for (int m = stbi__get_marker(z); !stbi__EOI(m);) {
        if (m == STBI__MARKER_none) {
            m = stbi__skip_jpeg_junk_at_end(z);
            if (m == STBI__MARKER_none)
                return false;
            continue;
        }
        if (stbi__SOS(m)) {
            if (!stbi__process_scan_header(z) || !note_scan(z, a) || !decode_scan(z, a))
                return false;
            if (z->marker == STBI__MARKER_none) {
                const stbi_uc *from = z->s->img_buffer;
                z->marker = stbi__skip_jpeg_junk_at_end(z);
                for (; from + 2 < z->s->img_buffer; from++)
                    a->nleft_over += *from != 0x00 && *from != 0xff; /* which pad */
            }
        } else if (!STBI__RESTART(m) && !stbi__process_marker(z, m)) {
            return false;
        }
        m = stbi__get_marker(z);
    }
    if (z->progressive)
        stbi__jpeg_finish(z);
    count_absent(z, a);
    return a->nblocks > 0;
}

/* At most a fiftieth may be missing of a film that is answered. */
static pneumoscope_status check_missing(image *out, const account *a, detail *why) {
    if (a->nmissing == 0 && a->nleft_over < MOST_LEFT_OVER)
        return PNEUMOSCOPE_OK;
    out->warnings |= PNEUMOSCOPE_WARNING_TRUNCATED;
    if (a->nmissing * 50 <= a->nblocks)
        return PNEUMOSCOPE_OK;
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "incomplete",
                         "The JPEG is incomplete: %.0f %% of its picture are missing. Copy or export the film again.",
                         ceil(100.0 * (double)a->nmissing / (double)a->nblocks));
}

static pneumoscope_status load_jpeg(image *out, stbi__context *file, detail *why) {
    stbi__jpeg *jpeg = stbi__malloc(sizeof *jpeg); /* zeroed: STBI_MALLOC above */
    account a = {0};
    bool coloured = false;
    if (!jpeg)
        return PNEUMOSCOPE_OK;
    jpeg->s = file;
    stbi__setup_jpeg(jpeg);
    jpeg->idct_block_kernel = jpeg_idct;
    out->nchannels = 1;
    pneumoscope_status status = PNEUMOSCOPE_OK;
    if (decode_scans(jpeg, &a)) {
        out->owned = is_grey(jpeg) ? take_first_plane(jpeg) : grey_of_colours(jpeg, &coloured);
        out->warnings = coloured ? PNEUMOSCOPE_WARNING_COLOUR : 0;
        status = check_missing(out, &a, why);
    }
    stbi__cleanup_jpeg(jpeg);
    free(jpeg);
    out->width = file->img_x;
    out->height = file->img_y;
    return status;
}

/* ---- the others ---- */

static pneumoscope_status load_other(image *out, stbi__context *file, detail *why) {
    (void)why;
    int width = 0, height = 0, nchannels = 0;
    if (out->depth == 16) /* two calls, since the 8-bit one throws the low bytes away */
        out->owned = stbi__load_and_postprocess_16bit(file, &width, &height, &nchannels, 0);
    else
        out->owned = stbi__load_and_postprocess_8bit(file, &width, &height, &nchannels, 0);
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    out->nchannels = (uint32_t)nchannels;
    return PNEUMOSCOPE_OK;
}

/* ---- what formats.c calls ---- */

static pneumoscope_status refuse(image *out, const header *found, detail *why) {
    bool no_memory = !out->owned && starved;
    free(out->owned);
    *out = (image){0};
    if (no_memory)
        return status_fail(why, PNEUMOSCOPE_NO_MEMORY, "There is not enough memory to decode %u x %u pixels.",
                           found->width, found->height);
    return status_refuse(
        why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
        "The image data are damaged: %u x %u pixels could not be decoded. Copy or export the film again.", found->width,
        found->height);
}

typedef pneumoscope_status loader(image *, stbi__context *, detail *why);

static pneumoscope_status decode(image *out, loader *load, uint32_t depth, const uint8_t *file, size_t nbytes,
                                 const header *found, detail *why) {
    stbi__context context = {0};
    *out = (image){.depth = depth, .white = (1u << depth) - 1};
    starved = false;
    largest_allocation = most_bytes((uint64_t)found->width * found->height, nbytes, depth == 16);
    stbi__start_mem(&context, file, (int)nbytes);
    pneumoscope_status status = load(out, &context, why);
    if (status) {
        free(out->owned);
        *out = (image){0};
        return status;
    }
    if (!out->owned || out->width != found->width || out->height != found->height)
        return refuse(out, found, why);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status stb_decode_jpeg(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    return decode(out, load_jpeg, 8, file, nbytes, found, why);
}

pneumoscope_status stb_decode_other(image *out, uint32_t depth, const uint8_t *file, size_t nbytes, const header *found,
                                    detail *why) {
    return decode(out, load_other, depth, file, nbytes, found, why);
}

/* ---- deflate ---- */

static bool is_full(void) {
    return stbi__g_failure_reason && strcmp(stbi__g_failure_reason, "output buffer limit") == 0;
}

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
    if (*whole || is_full())
        return out;
    bytes_wipe(out, *ninflated);
    free(out);
    status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                  "The DICOM file is damaged: its deflated part could not be inflated.");
    return NULL;
}

size_t stb_inflate_into(uint8_t *out, size_t capacity, const uint8_t *zlib, size_t nbytes) {
    stbi__zbuf state = {.zbuffer = (stbi_uc *)(uintptr_t)zlib, .zbuffer_end = (stbi_uc *)(uintptr_t)zlib + nbytes};
    stbi__g_failure_reason = NULL;
    bool ended = stbi__do_zlib(&state, (char *)out, (int)capacity, 0, 1) || is_full();
    return ended ? (size_t)(state.zout - state.zout_start) : 0;
}
