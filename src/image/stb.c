/* The one file that knows stb_image. It decodes PNG and BMP by stb_image's loaders of these two. For JPEG it takes
 * stb_image apart: the headers, the tables, the blocks of progressive films and the enlarging of chroma are
 * stb_image's; the loop over the scans, the blocks of sequential films, the inverse DCT and the conversion to grey are
 * ours. There are three reasons:
 *   - stb_image decodes missing data to grey and reports no error. A film that lacks a part must be found, so the loop
 *     counts each block that had no data.
 *   - Its inverse DCT and its conversion of colours round in another way than libjpeg. The network learned from
 *     libjpeg's pixels.
 *   - Its Huffman decoder takes half of the time of reading a film. Ours (jpeg/huffman.c) takes less.
 * stb_image's public functions offer none of this. A JPEG decoder of our own would need no private name, but it would
 * be 600 lines of parsing of other people's bytes, where stb_image's have been fuzzed by many for years. The private
 * names are safe to use because the build fetches one commit of stb_image (.cmake/dependencies.cmake). An update must
 * look at each of them, and tests/c/image_test.c compares the pictures. They are:
 *
 *     a file in memory      stbi__context, stbi__start_mem
 *     memory                stbi__malloc
 *     the decoder's state   stbi__jpeg, stbi__setup_jpeg, stbi__cleanup_jpeg
 *     segments              stbi__decode_jpeg_header, stbi__process_marker, stbi__process_scan_header,
 *                           stbi__get_marker, stbi__skip_jpeg_junk_at_end
 *     markers               stbi__SOS, stbi__EOI, STBI__RESTART, STBI__MARKER_none, STBI__SCAN_load
 *     bits                  stbi__jpeg_reset, stbi__grow_buffer_unsafe
 *     progressive blocks    stbi__jpeg_decode_block_prog_dc, stbi__jpeg_decode_block_prog_ac, stbi__jpeg_finish
 *     enlarging             resample_row_func, resample_row_1, stbi__resample_row_v_2, stbi__resample_row_h_2,
 *                           stbi__resample_row_generic
 *     PNG and BMP           stbi__png_load, stbi__bmp_load, stbi__result_info
 *     deflate               stbi__zbuf, stbi__do_zlib, stbi__g_failure_reason */
#include "image/stb.h"

#include "bytes.h"
#include "image/colour.h"
#include "image/jpeg/huffman.h"
#include "image/jpeg/idct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* stb_image inflates a PNG to its end, and a megabyte of file can hold a gigabyte. So there is a limit: the largest
 * allocation that the picture can need. stb_image's allocator is not told of the picture, so the limit is a variable of
 * each thread. `starved` notes that the machine had no memory for an allocation within the limit. */
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

/* Zeroed: what a damaged JPEG leaves out is then black, and not a piece of the film before. */
#define STBI_MALLOC(nbytes) ((nbytes) <= largest_allocation ? checked(calloc(1, nbytes)) : NULL)
#define STBI_REALLOC(pointer, nbytes) ((nbytes) <= largest_allocation ? checked(realloc(pointer, nbytes)) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC /* compilers leave out what nobody calls, and all that only that needs */
#include <stb_image.h>

/* Inflated rows take up to 9 bytes a pixel (RGBA of 16 bits, one pixel wide), or 5 with 8 bits. The buffer of an
 * interlaced PNG is twice as large, and so is the one for compressed bytes. The constant covers the pixels that JPEG
 * adds to fill its last blocks. */
static uint64_t most_bytes(uint64_t npixels, size_t file_nbytes, bool deep) {
    return (deep ? 18 : 10) * npixels + 2 * (uint64_t)file_nbytes + ((uint64_t)8 << 20);
}

/* ---- JPEG: from planes to grey ---- */

/* Row `y` of plane `k` in the picture's width. A smaller plane is enlarged into its line buffer. */
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
    for (int k = 0; k < 3; k++) /* enlarging by four may write three extra samples */
        added = (jpeg->img_comp[k].linebuf = stbi__malloc(jpeg->s->img_x + 3)) && added;
    return added;
}

/* A JFIF file is always YCbCr. In other files Adobe's marker decides, or the names of the channels. */
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

/* Whether a chroma plane holds no colour. Most films in coloured JPEGs have none. */
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

/* The first plane, with its rows moved together. It stays in its memory, and the caller owns it. */
static void *take_first_plane(stbi__jpeg *jpeg) {
    uint8_t *samples = jpeg->img_comp[0].raw_data;
    for (size_t y = 0; y < jpeg->s->img_y; y++)
        memmove(samples + y * jpeg->s->img_x, jpeg->img_comp[0].data + y * (size_t)jpeg->img_comp[0].w2,
                jpeg->s->img_x);
    jpeg->img_comp[0].raw_data = NULL;
    return samples;
}

/* ---- JPEG: the scans, and how many of their blocks had data ---- */

enum { MOST_LEFT_OVER = 4 };

typedef struct account {
    uint64_t nblocks, nmissing;
    uint64_t nleft_over;     /* bytes after a scan's last block: then others are lost before it */
    int8_t bits_left[4][64]; /* still to come, for each channel and coefficient of a progressive film; -1: all */
    bool began[4];           /* channels that had a scan; a sequential film has one scan for each */
} account;

/* The bits and codes of a sequential film. Progressive ones have stb_image's. */
typedef struct sequential {
    jpeg_bits bits;
    jpeg_codes dc[4], ac[4];
} sequential;

static bool is_padding(uint8_t byte) { return byte == 0x00 || byte == 0xff; }

static bool decode_block(stbi__jpeg *z, sequential *q, int channel, int x, int y) {
    const int dc = z->img_comp[channel].hd, ac = z->img_comp[channel].ha;
    if (!z->progressive) {
        STBI_SIMD_ALIGN(int16_t, coefficients[64]);
        if (!jpeg_decode_block(&q->bits, &q->dc[dc], &q->ac[ac], z->dequant[z->img_comp[channel].tq],
                               &z->img_comp[channel].dc_pred, coefficients))
            return false;
        const int stride = z->img_comp[channel].w2;
        jpeg_idct(z->img_comp[channel].data + (ptrdiff_t)stride * y * 8 + (ptrdiff_t)x * 8, stride, coefficients);
        return true;
    }
    short *coefficients =
        z->img_comp[channel].coeff + 64 * ((ptrdiff_t)x + (ptrdiff_t)y * z->img_comp[channel].coeff_w);
    return z->spec_start == 0 ? stbi__jpeg_decode_block_prog_dc(z, coefficients, z->huff_dc + dc, channel)
                              : stbi__jpeg_decode_block_prog_ac(z, coefficients, z->huff_ac + ac, z->fast_ac[ac]);
}

enum { BITS_IN_HAND = 32 };

/* Up to 32 bits that came before the marker are still in hand. This is the most blocks that they can be enough for,
 * each with the shortest codes. */
static int blocks_in_hand(const stbi__jpeg *z) {
    int least = BITS_IN_HAND;
    for (int k = 0; k < z->scan_n; k++) {
        const int channel = z->order[k];
        int bits = z->spec_start == 0 && z->succ_high == 0 ? z->huff_dc[z->img_comp[channel].hd].size[0] : 0;
        bits += z->spec_end > 0 ? z->huff_ac[z->img_comp[channel].ha].size[0] : 0;
        least = bits < least ? bits : least;
    }
    return BITS_IN_HAND / (least > 1 ? least : 1) + 1;
}

/* Begins a scan or a restart interval. */
static void begin_interval(stbi__jpeg *z, sequential *q) {
    stbi__jpeg_reset(z);
    q->bits = jpeg_bits_begin(z->s->img_buffer, z->s->img_buffer_end);
}

/* Tells stb_image how far our bits have come. */
static void end_interval(stbi__jpeg *z, sequential *q) {
    if (z->progressive) {
        if (z->code_bits < 24)
            stbi__grow_buffer_unsafe(z);
        return;
    }
    z->s->img_buffer = (stbi_uc *)(uintptr_t)q->bits.front.next;
    z->marker = q->bits.marker ? q->bits.marker : STBI__MARKER_none;
}

/* At the end of a restart interval: skips useless bytes. True if the next interval begins there. */
static bool restart(stbi__jpeg *z, sequential *q) {
    end_interval(z, q);
    if (z->marker == STBI__MARKER_none)
        z->marker = stbi__skip_jpeg_junk_at_end(z);
    if (!STBI__RESTART(z->marker))
        return false;
    begin_interval(z, q);
    return true;
}

/* Whether only the bits in hand are left. */
static bool is_ending(const stbi__jpeg *z, const sequential *q) {
    return z->progressive ? z->nomore : q->bits.ended && jpeg_bits_left(&q->bits) <= BITS_IN_HAND;
}

/* A scan: its units, which JPEG calls MCUs, and how far its data reach. */
typedef struct scan {
    bool is_alone; /* it has one channel; then a unit is one block */
    int across;    /* units in a row */
    int64_t nunits;
    int unit_nblocks;
    int in_hand, most_in_hand; /* blocks since the data ended, and how many of them may still have had data */
} scan;

static scan begin_scan(const stbi__jpeg *z) {
    const bool is_alone = z->scan_n == 1;
    const int first = z->order[0], down = is_alone ? (z->img_comp[first].y + 7) >> 3 : z->img_mcu_y;
    scan s = {.is_alone = is_alone,
              .across = is_alone ? (z->img_comp[first].x + 7) >> 3 : z->img_mcu_x,
              .most_in_hand = blocks_in_hand(z)};
    s.nunits = (int64_t)s.across * down;
    for (int k = 0; k < z->scan_n; k++)
        s.unit_nblocks += is_alone ? 1 : z->img_comp[z->order[k]].h * z->img_comp[z->order[k]].v;
    return s;
}

static bool is_out_of_data(const scan *s) { return s->in_hand > s->most_in_hand; }

/* False if what is there cannot be decoded. */
static bool decode_unit(stbi__jpeg *z, sequential *q, scan *s, int64_t unit) {
    const int x = (int)(unit % s->across), y = (int)(unit / s->across);
    for (int k = 0; k < z->scan_n && !is_out_of_data(s); k++) {
        const int channel = z->order[k];
        const int h = s->is_alone ? 1 : z->img_comp[channel].h, v = s->is_alone ? 1 : z->img_comp[channel].v;
        for (int b = 0; b < h * v; b++) {
            const bool needs_bits = !z->progressive || z->spec_start == 0 || z->eob_run == 0;
            s->in_hand += is_ending(z, q) && needs_bits;
            if (!decode_block(z, q, channel, x * h + b % h, y * v + b / h))
                return false;
        }
    }
    return true;
}

/* The blocks of one scan. Counts those without data. False if what is there cannot be decoded. */
static bool decode_scan(stbi__jpeg *z, sequential *q, account *a) {
    scan s = begin_scan(z);
    a->nblocks += (uint64_t)(s.nunits * s.unit_nblocks);
    begin_interval(z, q);
    for (int64_t unit = 0; unit < s.nunits; unit++) {
        if (!decode_unit(z, q, &s, unit))
            return false;
        a->nmissing += is_out_of_data(&s) ? (uint64_t)s.unit_nblocks : 0;
        const bool interval_ends = --z->todo <= 0;
        const bool goes_on = interval_ends && unit + 1 < s.nunits && restart(z, q);
        if (goes_on)
            s.in_hand = 0;
        if ((interval_ends && !goes_on) || (is_out_of_data(&s) && !z->restart_interval)) {
            a->nmissing += (uint64_t)((s.nunits - unit - 1) * s.unit_nblocks);
            return true;
        }
    }
    return true;
}

/* Whether the file has given the tables for a channel's blocks. Motion JPEG leaves them out. */
static bool has_tables(const stbi__jpeg *z, int channel) {
    const bool dc = z->spec_start == 0 && z->succ_high == 0, ac = z->spec_end > 0;
    return (!dc || z->huff_dc[z->img_comp[channel].hd].size[0]) && (!ac || z->huff_ac[z->img_comp[channel].ha].size[0]);
}

static bool are_sizes(const stbi__huffman *table) {
    bool all = true;
    for (int i = 0; table->size[i]; i++)
        all = all && table->values[i] < 16;
    return all;
}

/* The codes that the scan's channels need, in our form. False if those of DC are none. */
static bool fill_codes(const stbi__jpeg *z, sequential *q) {
    for (int k = 0; k < z->scan_n && !z->progressive; k++) {
        const int dc = z->img_comp[z->order[k]].hd, ac = z->img_comp[z->order[k]].ha;
        if (!are_sizes(&z->huff_dc[dc]))
            return false;
        jpeg_codes_fill(&q->dc[dc], z->huff_dc[dc].size, z->huff_dc[dc].values);
        jpeg_codes_fill(&q->ac[ac], z->huff_ac[ac].size, z->huff_ac[ac].values);
    }
    return true;
}

/* Bytes behind the scan's last block that are in hand already, past the few that may always be. */
static uint64_t left_in_hand(const jpeg_bits *bits) {
    const int left = jpeg_bits_left(bits);
    uint64_t n = 0;
    for (int at = BITS_IN_HAND + left % 8; at + 8 <= left; at += 8)
        n += !is_padding((uint8_t)(bits->front.buffer >> (56 - at)));
    return n;
}

/* Whether the film can have this scan now. Notes what the scan brings. */
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

/* Counts channels and coefficients that never came. Without them the whole picture counts as missing. */
static void count_absent(const stbi__jpeg *z, account *a) {
    for (int channel = 0; channel < z->s->img_n; channel++) {
        int nabsent = !a->began[channel] ? 64 : 0;
        for (int c = 0; c < 64 && z->progressive && a->began[channel]; c++)
            nabsent += a->bits_left[channel][c] != 0;
        if (nabsent > 0)
            a->nmissing = a->nblocks; /* detail is missing everywhere, not in a narrow strip */
    }
}

static bool decode_scans(stbi__jpeg *z, sequential *q, account *a) {
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
            if (!stbi__process_scan_header(z) || !note_scan(z, a) || !fill_codes(z, q) || !decode_scan(z, q, a))
                return false;
            if (!z->progressive) {
                end_interval(z, q);
                a->nleft_over += left_in_hand(&q->bits);
            }
            if (z->marker == STBI__MARKER_none) {
                const stbi_uc *from = z->s->img_buffer;
                z->marker = stbi__skip_jpeg_junk_at_end(z);
                for (; from + 2 < z->s->img_buffer; from++)
                    a->nleft_over += !is_padding(*from);
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

/* Refuses a film that lacks more than a fiftieth. */
static pneumoscope_status check_missing(image *out, const account *a, detail *why) {
    if (a->nmissing == 0 && a->nleft_over < MOST_LEFT_OVER)
        return PNEUMOSCOPE_OK;
    out->warnings |= PNEUMOSCOPE_WARNING_TRUNCATED;
    if (a->nmissing * 50 <= a->nblocks)
        return PNEUMOSCOPE_OK;
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_INCOMPLETE,
                         "The JPEG is incomplete: %.0f %% of its picture are missing. Copy or export the film again.",
                         ceil(100.0 * (double)a->nmissing / (double)a->nblocks));
}

static pneumoscope_status load_jpeg(image *out, stbi__context *file, detail *why) {
    struct {
        stbi__jpeg jpeg;
        sequential sequential;
    } *both = stbi__malloc(sizeof *both); /* zeroed: STBI_MALLOC above */
    account a = {0};
    bool coloured = false;
    if (!both)
        return PNEUMOSCOPE_OK;
    stbi__jpeg *jpeg = &both->jpeg;
    jpeg->s = file;
    stbi__setup_jpeg(jpeg);
    jpeg->idct_block_kernel = jpeg_idct;
    out->nchannels = 1;
    pneumoscope_status status = PNEUMOSCOPE_OK;
    if (decode_scans(jpeg, &both->sequential, &a)) {
        out->owned = is_grey(jpeg) ? take_first_plane(jpeg) : grey_of_colours(jpeg, &coloured);
        out->warnings = coloured ? PNEUMOSCOPE_WARNING_COLOUR : 0;
        status = check_missing(out, &a, why);
    }
    stbi__cleanup_jpeg(jpeg);
    free(both);
    out->width = file->img_x;
    out->height = file->img_y;
    return status;
}

/* ---- the others ---- */

static pneumoscope_status load_other(image *out, stbi__context *file, detail *why) {
    (void)why;
    int width = 0, height = 0, nchannels = 0;
    stbi__result_info found = {.bits_per_channel = 8};
    if (*file->img_buffer == 'B')
        out->owned = stbi__bmp_load(file, &width, &height, &nchannels, 0, &found);
    else
        out->owned = stbi__png_load(file, &width, &height, &nchannels, 0, &found);
    if (found.bits_per_channel != (int)out->depth) {
        free(out->owned);
        out->owned = NULL;
    }
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
        why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
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
    if (found->cut_at == 0)
        return decode(out, load_jpeg, 8, file, nbytes, found, why);
    uint8_t *ended = malloc(found->cut_at + 2); /* the sound part, and the end marker that the file lacks */
    if (!ended)
        return status_no_memory(why, "the JPEG");
    memcpy(ended, file, found->cut_at);
    memcpy(ended + found->cut_at, "\xff\xd9", 2);
    pneumoscope_status status = decode(out, load_jpeg, 8, ended, found->cut_at + 2, found, why);
    bytes_wipe(ended, found->cut_at + 2);
    free(ended);
    out->warnings |= status ? 0u : (uint32_t)PNEUMOSCOPE_WARNING_TRUNCATED;
    return status;
}

pneumoscope_status stb_decode_other(image *out, uint32_t depth, const uint8_t *file, size_t nbytes, const header *found,
                                    detail *why) {
    return decode(out, load_other, depth, file, nbytes, found, why);
}

/* ---- deflate ---- */

static bool is_full(void) {
    return stbi__g_failure_reason && strcmp(stbi__g_failure_reason, "output buffer limit") == 0;
}

void *stb_inflate(const uint8_t *deflated, size_t nbytes, size_t capacity, size_t *ninflated, bool *complete,
                  detail *why) {
    char *out = malloc(capacity);
    why->text[0] = '\0';
    if (!out)
        return NULL;
    stbi__zbuf state = {.zbuffer = (stbi_uc *)(uintptr_t)deflated,
                        .zbuffer_end = (stbi_uc *)(uintptr_t)deflated + nbytes};
    stbi__g_failure_reason = NULL;
    *complete = stbi__do_zlib(&state, out, (int)capacity, 0, 0) != 0;
    *ninflated = (size_t)(state.zout - state.zout_start);
    if (*complete || is_full())
        return out;
    bytes_wipe(out, *ninflated);
    free(out);
    status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                  "The DICOM file is damaged: its deflated part could not be inflated.");
    return NULL;
}

size_t stb_inflate_into(uint8_t *out, size_t capacity, const uint8_t *zlib, size_t nbytes) {
    stbi__zbuf state = {.zbuffer = (stbi_uc *)(uintptr_t)zlib, .zbuffer_end = (stbi_uc *)(uintptr_t)zlib + nbytes};
    stbi__g_failure_reason = NULL;
    bool ended = stbi__do_zlib(&state, (char *)out, (int)capacity, 0, 1) || is_full();
    return ended ? (size_t)(state.zout - state.zout_start) : 0;
}
