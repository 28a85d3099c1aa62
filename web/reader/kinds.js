// Which files may be films, by their names: for the page and the command line alike.

/** Files that a folder is searched for. */
export const FILM = /\.(jpe?g|png|bmp)$/i;
