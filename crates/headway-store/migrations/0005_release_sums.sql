-- What a reader of a release could take for sums on its day: the trees of places of each period, and sums of groups, grades and
-- measures. NULL for releases of older programs.
ALTER TABLE public_release ADD COLUMN sums TEXT;
