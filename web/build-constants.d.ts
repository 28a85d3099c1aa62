/** The package version, put in by build.js. */
declare const __VERSION__: string;
/** Paths of the sample films inside the site, put in by build.js. */
declare const __SAMPLES__: string[];
