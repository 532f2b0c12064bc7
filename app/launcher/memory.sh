# How much memory the JVM of a command may take.

# Names the file of options for the words of a command: the embedded model takes a heap of known size; other models, and
# what is done with their files, a share of the machine's memory.
memory_profile() {
  before=${1-}
  case "$before" in
  model) profile=models ;;
  trace) profile=trace ;;
  *) profile=embedded ;;
  esac
  for word in "$@"; do
    case "$1 $word" in
    'serve --small')
      profile=small
      return
      ;;
    *' --model=scenes-2') ;;
    *' --model='*) profile=models ;;
    esac
    if [ "$before" = --model ] && [ "$word" != scenes-2 ]; then profile=models; fi
    before=$word
  done
}

# What the owner of the machine asks for the heap, in which the stacks of waiting jobs lie too, and decides: PSYNE_HEAP is
# a list of a size such as "4g", "huge" (transparent huge pages, where the kernel's setting is madvise or always) and
# "touched" (brought into memory as it is committed, by the JVM's thread and so on its NUMA node).
heap_options() {
  heap_flags=''
  for wish in $(printf '%s' "${PSYNE_HEAP-}" | tr ',' ' '); do
    case "$wish" in
    [1-9][mgMG] | [1-9][0-9][mgMG] | [1-9][0-9][0-9][mgMG] | [1-9][0-9][0-9][0-9][mgMG]) heap_flags="$heap_flags -Xmx$wish" ;;
    huge) heap_flags="$heap_flags -XX:+UseTransparentHugePages" ;;
    touched) heap_flags="$heap_flags -XX:+AlwaysPreTouch" ;;
    *)
      echo "psyne: PSYNE_HEAP knows a size as '4g', 'huge' and 'touched', not '$wish'." >&2
      exit 2
      ;;
    esac
  done
}
