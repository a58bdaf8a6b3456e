/** For GNU tar and bsdtar: names from stdin, each with a NUL behind it; links as links; the archive to stdout. */
export const packArguments = ['-c', '-f', '-', '--no-recursion', '--null', '-T', '-'] as const;

/** The archive from stdin. Modes are kept; owners are not, which only root could set. */
export const unpackArguments = ['-x', '-p', '--no-same-owner', '-f', '-'] as const;
