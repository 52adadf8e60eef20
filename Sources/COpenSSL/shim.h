#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
