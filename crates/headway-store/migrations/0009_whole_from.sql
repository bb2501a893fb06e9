-- From how many days after the end of a period on an import's figures tell of the whole of it, by its profile; null where the
-- profile does not say it. Which figures are whole then follows from the year end of the plan in force.
ALTER TABLE vintage ADD COLUMN whole_from BIGINT;
