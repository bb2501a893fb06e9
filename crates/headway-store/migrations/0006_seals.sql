-- By which a reader sees that a file of the lake is what was written; null for files from before.
ALTER TABLE segment ADD COLUMN seal TEXT;
