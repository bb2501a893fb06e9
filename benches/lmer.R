# Random intercepts by lme4, on the rows that `speed` wrote: unit,x1,x2,x3,y. Prints the seconds of the fit alone.
suppressMessages(library(lme4))
rows <- read.csv(commandArgs(TRUE)[1])
took <- system.time(fit <- lmer(y ~ x1 + x2 + x3 + (1 | unit), rows, REML = TRUE))
parts <- as.data.frame(VarCorr(fit))
cat(sprintf(
  "lmer, the same rows: %.2f s, %.2f s of CPU (tau2 %.4f, sigma %.4f)\n",
  took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], parts$vcov[1], parts$sdcor[2]
))
