// React is a package of those who use react.js, and none of ours.

declare module 'react';
