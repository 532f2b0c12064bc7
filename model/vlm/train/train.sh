#!/usr/bin/env bash
# Repeats the whole model: ./train.sh [data] [train] [export] [evaluate] [bundle] [dataset] [lessons] [plot] [smoke] [agreement]; without arguments the first five.
set -euo pipefail
cd "$(dirname "$0")"

build="${PSYNE_BUILD:-build}"
minutes="${PSYNE_MINUTES:-120}"
run="${PSYNE_RUN:-$build/run}"
seed="${PSYNE_SEED:-1}"
device="${PSYNE_DEVICE:-cpu}"
batch="${PSYNE_BATCH:-1}"
weights=../weights/scenes-2
resources=../src/test/resources/dev/psyne/vlm/internal/scenes
page=../../../app/node/src/main/resources/dev/psyne/node/page/scenes
python="$build/venv/bin/python"
export OMP_NUM_THREADS=1

prepare() {
  mkdir -p "$build"
  [ -x "$python" ] || { python3 -m venv "$build/venv"; "$python" -m pip install --quiet --requirement requirements.txt; }
  photos="$("$python" -c 'import pathlib, skimage; print(pathlib.Path(skimage.__file__).parent / "data")')"
}

data() {
  npm install --no-package-lock --no-audit --no-fund --silent
  node rasterise.mjs node_modules names.txt "$build/icons"
  "$python" -m scenes.atlas --icons "$build/icons" --out "$build/data"
}

train() {
  "$python" -m scenes.training --data "$build/data" --photos "$photos" --out "$run" --minutes "$minutes" --seed "$seed" --device "$device" --batch "$batch" --resume
}

export_() {
  "$python" -m scenes.export --checkpoint "$run/final.pt" --out "$weights"
}

evaluate() {
  "$python" -m scenes.calibration --model "$weights" --data "$build/data" --photos "$photos"
  "$python" -m scenes.teaching --model "$weights" --data "$build/data" --photos "$photos"
  "$python" -m scenes.evaluation --model "$weights" --data "$build/data" --photos "$photos"
  "$python" -m scenes.card --model "$weights"
}

bundle() {
  "$python" -m scenes.goldens --model "$weights" --data "$build/data" --photos "$photos" --out "$resources/golden"
  "$python" -m scenes.fixture --model "$weights" --data "$build/data" --photos "$photos" --out "$resources/questions"
  "$python" -m scenes.showcase --model "$weights" --icons "$build/icons" --out "$page"
}

dataset() {
  "$python" -m scenes.dataset --data "$build/data" --photos "$photos" --out "$build/dataset"
}

lessons() {
  "$python" -m scenes.lessons --data "$build/data" --photos "$photos" --out "$build/lessons"
}

plot() {
  "$python" -m scenes.plot --run "$run" --out curve.svg
}

smoke() {
  "$python" -m scenes.smoke --data "$build/data" --photos "$photos"
}

agreement() {
  "$python" -m scenes.agreement --data "$build/data" --photos "$photos" --device "$device"
}

prepare
for stage in "${@:-data train export evaluate bundle}"; do
  for one in $stage; do
    case "$one" in
      export) export_ ;;
      data | train | evaluate | bundle | dataset | lessons | plot | smoke | agreement) "$one" ;;
      *) echo "unknown stage: $one" >&2; exit 2 ;;
    esac
  done
done
