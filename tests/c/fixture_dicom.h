/* DICOM files made in memory, as PS3.5 and PS3.10 say. As in fixture_image.h, nothing here is shared with src/, and
 * every block is malloc'd at exactly its size. */
#ifndef PNEUMOSCOPE_FIXTURE_DICOM_H
#define PNEUMOSCOPE_FIXTURE_DICOM_H

#include <stddef.h>
#include <stdint.h>

typedef enum fixture_syntax {
    FIXTURE_EXPLICIT,
    FIXTURE_IMPLICIT,
    FIXTURE_BIG_ENDIAN,
    FIXTURE_VIDEO, /* explicit, under the name of a syntax that is not read */
} fixture_syntax;

/* An element of the data set. VR "US" is `number`, VR "OW" `nbytes` bytes at `value`, in 16-bit words of this machine,
 * and VR "SQ" `nbytes` bytes at `value` as they are, without a length of their own; any other VR is text. An element
 * without a VR is left out of the file. */
typedef struct fixture_element {
    uint32_t tag; /* group and element: 0x00280010 */
    const char *vr;
    const char *text;
    const void *value;
    uint32_t number, nbytes;
} fixture_element;

enum { FIXTURE_DICOM_COLUMNS = 16, FIXTURE_DICOM_ROWS = 12, FIXTURE_DICOM_BITS = 12 };

/* A DX film of the pattern, 16 x 12 pixels of 12 bits in 16. The `n` elements are put in, or in the place of the film's
 * own with the same tag. */
uint8_t *fixture_dicom(fixture_syntax, const fixture_element *elements, size_t n, size_t *nbytes);

#endif
