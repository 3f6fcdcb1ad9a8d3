#!/usr/bin/env bash
# The same call by curl, openssl and jq.
set -euo pipefail
payload="${3:+$3&}recvWindow=5000&timestamp=$(date +%s%3N)"
signature=$(printf %s "$payload" | openssl dgst -sha256 -hmac "$BINANCE_API_SECRET" -hex)
curl -sS --fail -X "$1" -H "X-MBX-APIKEY: $BINANCE_API_KEY" "$BNACCT_SAPI_URL$2?$payload&signature=${signature##* }" | jq .
