#!/bin/sh
# installed.sh BUILD FILM: installs the library from a build, compiles a program against it as a stranger would, and runs it.
set -eu
build=$1 film=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/usr" >/dev/null
pc=$(dirname "$(find "$folder/usr" -name pneumoscope.pc)")
cat >"$folder/program.c" <<'END'
#include <pneumoscope.h>
#include <stdio.h>
static char model[8 << 20], film[8 << 20];
int main(int argc, char **argv) {
    FILE *m = fopen(argv[1], "rb"), *f = fopen(argv[argc - 1], "rb");
    size_t model_nbytes = fread(model, 1, sizeof model, m), film_nbytes = fread(film, 1, sizeof film, f);
    pneumoscope *reader;
    pneumoscope_findings findings;
    if (pneumoscope_create(&reader, model, model_nbytes, NULL) || pneumoscope_read(reader, film, film_nbytes, &findings))
        return puts(pneumoscope_last_detail(reader)), 1;
    printf("%s %.9g\n", pneumoscope_version(), findings.logit);
    return pneumoscope_destroy(reader), 0;
}
END
flags=$(PKG_CONFIG_PATH=$pc pkg-config --define-variable=prefix="$folder/usr" --cflags --libs pneumoscope)
# shellcheck disable=SC2086
"${CC:-cc}" -std=c11 -Wall -Wextra "$folder/program.c" $flags -o "$folder/program"
said=$(LD_LIBRARY_PATH=$(echo "$flags" | sed 's/.*-L\([^ ]*\).*/\1/') "$folder/program" model/pneumonia-int8.safetensors "$film")
version=$(sed -n 's/.*PNEUMOSCOPE_VERSION "\(.*\)".*/\1/p' src/pneumoscope.h)
echo "installed: the program says $said"
case $said in "$version "[-0-9]*) ;; *) echo "installed: FAILED, expected \"$version LOGIT\"" && exit 1 ;; esac
