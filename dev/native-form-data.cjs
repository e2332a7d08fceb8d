/** Stands for the package `form-data` in the bundle: axios builds multipart bodies with it, or with the class of Node.js. */
module.exports = globalThis.FormData;
