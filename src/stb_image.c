/* The one place where stb_image is compiled, for the three formats that are read (see CMakeLists.txt: STBI_ONLY_*).
 *
 * stb_image grows a PNG's inflated data without a limit; a small file can hold gigabytes of zeros. 100 megapixels of
 * 16-bit RGBA are 0.8 GB, so that nothing honest needs an allocation above this. */
#include <stdlib.h>

#define ALLOCATION_LIMIT ((size_t)1 << 30)

#define STBI_MALLOC(nbytes) ((nbytes) <= ALLOCATION_LIMIT ? malloc(nbytes) : NULL)
#define STBI_REALLOC(pointer, nbytes) ((nbytes) <= ALLOCATION_LIMIT ? realloc(pointer, nbytes) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
