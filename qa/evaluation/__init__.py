"""The eval suite: metrics, fixed sets, the runner, the comparison of runs and the gate."""
