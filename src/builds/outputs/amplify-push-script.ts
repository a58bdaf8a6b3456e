/**
 * The command `amplifyPush`, for bash 3.2 and newer: deploys the backend of a branch with the Amplify CLI, which the
 * build has to bring. What AWS's command of that name does: USER_BRANCH goes before `-e`, which goes before
 * AWS_BRANCH; slashes and backslashes are taken out, and ten characters are left; `--simple` changes nothing; the
 * state of the stack goes from build to build as `stackInfo` of envCache.
 * AWS documentation: "Connecting to an existing backend"; Amplify CLI, "Headless mode for CI/CD".
 */
export const amplifyPushScript = String.raw`#!/usr/bin/env bash
# Deploys the backend environment of a branch with the Amplify CLI.

usage() {
  printf 'Usage: amplifyPush [--simple] [-e NAME]\n' >&2
  printf 'The name of an environment is made of A-Z, a-z, 0-9 and -; AWS_BRANCH is taken where none is given.\n' >&2
  exit 1
}

# A text as JSON.
json() {
  local text=$1 out= at char
  for ((at = 0; at < ${'$'}{#text}; at++)); do
    char=${'$'}{text:at:1}
    case $char in
      '"' | '\') out+="\\$char" ;;
      $'\n') out+='\n' ;;
      $'\r') out+='\r' ;;
      $'\t') out+='\t' ;;
      [[:cntrl:]]) printf -v char '\\u%04x' "'$char" && out+=$char ;;
      *) out+=$char ;;
    esac
  done
  printf '"%s"' "$out"
}

# Members of an object, without those whose value is empty: NAME VALUE NAME VALUE ...
members() {
  local out=
  while (($# >= 2)); do
    [[ -z $2 ]] || out+="${'$'}{out:+,}$(json "$1"):$(json "$2")"
    shift 2
  done
  printf '%s' "$out"
}

environment=$AWS_BRANCH
while (($# > 0)); do
  case $1 in
    -e)
      (($# >= 2)) || usage
      environment=$2
      shift 2
      ;;
    --simple) shift ;;
    *) usage ;;
  esac
done
[[ -z $USER_BRANCH ]] || environment=$USER_BRANCH
environment=${'$'}{environment//[\\\/]/}
environment=${'$'}{environment:0:10}

check_environment() {
  local LC_ALL=C
  [[ $environment =~ ^[a-zA-Z0-9-]+$ ]]
}
check_environment || usage

if ! command -v amplify >/dev/null; then
  printf 'amplifyPush: the Amplify CLI is not installed: add "npm install -g @aws-amplify/cli" to the commands.\n' >&2
  exit 127
fi

app=${'$'}{AMPLIFY_BACKEND_APP_ID:-$AWS_APP_ID}
profile='"configLevel":"project","useProfile":true,"profileName":"default"'
init=(
  --amplify "{\"envName\":$(json "$environment"),\"appId\":$(json "$app")}"
  --providers "{\"awscloudformation\":{$profile,\"AmplifyAppId\":$(json "$app")}}"
  --codegen '{"generateCode":false,"generateDocs":false}'
)
auth=$(members \
  facebookAppIdUserPool "$AMPLIFY_FACEBOOK_CLIENT_ID" \
  facebookAppSecretUserPool "$AMPLIFY_FACEBOOK_CLIENT_SECRET" \
  googleAppIdUserPool "$AMPLIFY_GOOGLE_CLIENT_ID" \
  googleAppSecretUserPool "$AMPLIFY_GOOGLE_CLIENT_SECRET" \
  loginwithamazonAppIdUserPool "$AMPLIFY_AMAZON_CLIENT_ID" \
  loginwithamazonAppSecretUserPool "$AMPLIFY_AMAZON_CLIENT_SECRET")
[[ -z $auth ]] || init+=(--categories "{\"auth\":{$auth}}")

state=$(envCache --get stackInfo)
if [[ -n $state ]]; then
  amplify env import --name "$environment" --config "$state" --awsInfo "{$profile}" --yes || exit
fi
amplify init "${'$'}{init[@]}" --yes || exit
state=$(amplify env get --json --name "$environment") || exit
envCache --set stackInfo "$state"
`;
