# Packages of another suite or architecture of Debian's, without touching the system: an apt of its own,
# which knows of nothing that is installed, over the mirror that the machine's own takes.

# debian FOLDER SUITE ARCHITECTURE: from then on "${apt[@]}" is that apt-get; its files stay in FOLDER.
debian() {
    local folder=$1 suite=$2 architecture=$3 mirror key=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -m 1 '/debian/*$')
    mkdir -p "$folder"/{lists,cache/archives/partial,state}
    : > "$folder/status"
    printf "%s [signed-by=$key] $mirror $suite main\n" deb deb-src > "$folder/sources.list"
    apt=(apt-get -qq -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o Dir::State="$folder/state" -o Dir::State::Lists="$folder/lists" -o Dir::State::Status="$folder/status"
        -o Dir::Cache="$folder/cache" -o APT::Architecture="$architecture" -o APT::Architectures="$architecture"
        -o APT::Install-Recommends=0 -o APT::Sandbox::User="$(id -un)")
    "${apt[@]}" update
}
