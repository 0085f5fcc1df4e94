#!/usr/bin/env bash
# The MNIST figure at the paper's length on a cluster with Slurm. Build and fetch the data on the login node first:
#
#   swift build --traits MPI --product fig3-mnist && swift run datasets fetch mnist
#   sbatch Scripts/slurm-fig3.sh
#
# Further options go to fig3-mnist, after those of this script: `sbatch Scripts/slurm-fig3.sh --preset quick`.
#
# One rank takes one core: more ranks than episodes in a meta-batch would wait. A job that ran out of time goes on from its
# checkpoint when it is submitted again, with any number of ranks.
#SBATCH --job-name=fig3-mnist
#SBATCH --ntasks=16
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --time=12:00:00
#SBATCH --signal=TERM@120
#SBATCH --output=fig3-mnist-%j.log
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:-.}"

# Where Slurm was built without PMIx, `mpirun .build/debug/fig3-mnist ...` starts the ranks as well.
exec srun --mpi=pmix .build/debug/fig3-mnist --preset paper --meta-batch 16 --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
