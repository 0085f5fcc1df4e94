#!/bin/sh
# Builds the guide, tutorials and a page for each public type, in a folder for a web server:
#   Scripts/guide.sh [folder]
set -eu
cd "$(dirname "$0")/.."
folder=${1:-.build/guide}
targets="LearningToLearn Foundations LSTMKernels Optimizees Optimizers MetaTraining LabelledData Datasets Plotting Tables"
L2L_DOCS=1 swift package --allow-writing-to-directory "$folder" generate-documentation \
  --enable-experimental-combined-documentation --output-path "$folder" $(printf ' --target %s' $targets)
echo "Built. To read it: python3 -m http.server --directory $folder, then http://localhost:8000/documentation"
