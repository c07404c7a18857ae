# Read by the launcher, whose words (fail, home, dist, train, ensure_built, checkout) it uses:
# "weft install" and "weft uninstall". What an installation made is written down in
# PREFIX/lib/weft/installed, so that its removal takes that and nothing else.

install_usage() {
  cat <<EOF
Usage: ./weft install [--prefix DIR]
       ./weft uninstall [--prefix DIR]
Install what this checkout builds, or remove an installation. Installing again brings it up to date.

      --prefix DIR   Where to (default: /usr/local; of an installed weft, where it lies).

What is laid out:
  DIR/bin/weft                       the command; it needs a JDK $needed on the machine
  DIR/lib/weft                       its libraries
  DIR/lib/systemd/system/weft.service, DIR/lib/sysusers.d/weft.conf
Neither touches /etc/weft and /var/lib/weft.

Example:
  ./weft install --prefix /usr
EOF
}

not_there() {
  fail 4 "cannot write to $prefix: run as root, or choose another --prefix"
}

make_directory() { # DIR: makes it, and writes down what was not there
  [ ! -d "$1" ] || return 0
  make_directory "$(dirname "$1")"
  mkdir "$1" 2>/dev/null || not_there
  made="$made$1
"
}

put() { # FILE TARGET MODE: replaces the target in one step
  make_directory "$(dirname "$2")"
  rm -f "$2.new" 2>/dev/null
  cp "$1" "$2.new" 2>/dev/null && chmod "$3" "$2.new" && mv "$2.new" "$2" || not_there
}

# Files of an installation, beside lib/weft, each relative to the prefix.
installed_files="bin/weft lib/systemd/system/weft.service lib/sysusers.d/weft.conf"

do_install() {
  [ "$checkout" = yes ] || fail 2 "this weft is installed already; 'install' is a command of a checkout"
  marker=$prefix/lib/weft/installed
  if [ ! -f "$marker" ]; then
    for file in $installed_files lib/weft; do
      [ ! -e "$prefix/$file" ] || fail 5 "$prefix/$file is there, but not from 'weft install': remove it, or choose another --prefix"
    done
  fi
  ensure_built
  umask 022 # whoever uses the command reads the libraries
  made=$(cat "$marker" 2>/dev/null; echo .)
  made=${made%.}
  packaging=$home/node/src/main/packaging
  make_directory "$prefix/lib/weft"
  touch "$marker" 2>/dev/null || not_there
  rm -rf "$prefix/lib/weft/lib.new" "$prefix/lib/weft/weft.jsa"
  cp -R "$dist/lib" "$prefix/lib/weft/lib.new" 2>/dev/null || not_there
  rm -rf "$prefix/lib/weft/lib"
  mv "$prefix/lib/weft/lib.new" "$prefix/lib/weft/lib" || not_there
  put "$packaging/install.sh" "$prefix/lib/weft/install.sh" 644
  put "$home/weft" "$prefix/bin/weft" 755
  put "$packaging/systemd/weft.sysusers.conf" "$prefix/lib/sysusers.d/weft.conf" 644
  unit=$prefix/lib/weft/weft.service
  sed "s|/usr/bin/weft|$prefix/bin/weft|" "$packaging/systemd/weft.service" >"$unit" || not_there
  put "$unit" "$prefix/lib/systemd/system/weft.service" 644
  rm -f "$unit"
  printf '%s' "$made" >"$marker" || not_there
  # The archive holds for the very path that the installed launcher will name.
  dist=$(cd "$prefix/bin" && pwd -P)/../lib/weft
  train
  printf 'weft: installed in %s\n' "$prefix"
}

do_uninstall() {
  marker=$prefix/lib/weft/installed
  [ -f "$marker" ] || fail 1 "there is no installation of 'weft install' in $prefix"
  made=$(cat "$marker")
  [ -w "$prefix/lib/weft" ] || not_there
  for file in $installed_files; do
    rm -f "$prefix/$file" 2>/dev/null || not_there
  done
  rm -rf "$prefix/lib/weft" 2>/dev/null || not_there
  # The deepest first; what others have put something into stays.
  printf '%s\n' "$made" | sort -r | while IFS= read -r directory; do
    [ -z "$directory" ] || rmdir "$directory" 2>/dev/null || true
  done
  printf 'weft: removed from %s\n' "$prefix"
}

install_command() { # install|uninstall ARGS...
  what=$1
  shift
  if [ "$checkout" = yes ]; then prefix=/usr/local; else prefix=$(dirname "$home"); fi
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) install_usage; exit 0 ;;
      --prefix=?*) prefix=${1#--prefix=} ;;
      --prefix)
        [ $# -ge 2 ] || fail 2 "--prefix needs a directory (see 'weft $what --help')"
        prefix=$2
        shift
        ;;
      *) fail 2 "'$1' is not an option of $what (see 'weft $what --help')" ;;
    esac
    shift
  done
  case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
  esac
  prefix=${prefix%/}
  case $prefix in
    *[!A-Za-z0-9._/+-]*) fail 2 "the prefix $prefix has other characters than letters, digits and . _ / + -" ;;
  esac
  "do_$what"
}
