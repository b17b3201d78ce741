/** What a reader may be called. */
export const readerName = /^[\w.@-]{1,64}$/;
