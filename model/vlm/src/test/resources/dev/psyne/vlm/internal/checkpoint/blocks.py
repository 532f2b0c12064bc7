"""Golden blocks of ggml's quantised types: random blocks and the numbers they stand for, to blocks.txt.

Follows the loops of dequantize_row_* in ggml/src/ggml-quants.c, with every float operation rounded to single precision
by struct. A line is: type, the block in hexadecimal, its floats' bits in hexadecimal, highest digit first.
"""
import random
import struct


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def half(b):
    return struct.unpack("<e", b)[0]


def i8(b):
    return b - 256 if b > 127 else b


def q4_0(b):
    d, qs, y = half(b[:2]), b[2:], [0.0] * 32
    for j in range(16):
        y[j] = f32(((qs[j] & 0xF) - 8) * d)
        y[j + 16] = f32(((qs[j] >> 4) - 8) * d)
    return y


def q5_0(b):
    d, qh, qs, y = half(b[:2]), struct.unpack("<I", b[2:6])[0], b[6:], [0.0] * 32
    for j in range(16):
        xh_0 = ((qh >> (j + 0)) << 4) & 0x10
        xh_1 = (qh >> (j + 12)) & 0x10
        y[j] = f32((((qs[j] & 0x0F) | xh_0) - 16) * d)
        y[j + 16] = f32((((qs[j] >> 4) | xh_1) - 16) * d)
    return y


def q8_0(b):
    d = half(b[:2])
    return [f32(i8(q) * d) for q in b[2:]]


def scale_min_k4(j, q):
    if j < 4:
        return q[j] & 63, q[j + 4] & 63
    return (q[j + 4] & 0xF) | ((q[j - 4] >> 6) << 4), (q[j + 4] >> 4) | ((q[j - 0] >> 6) << 4)


def q4_k(b):
    d, m, scales, q, y, s = half(b[:2]), half(b[2:4]), b[4:16], b[16:], [], 0
    for _ in range(0, 256, 64):
        sc, mn = scale_min_k4(s, scales)
        d1, m1 = f32(d * sc), f32(m * mn)
        sc, mn = scale_min_k4(s + 1, scales)
        d2, m2 = f32(d * sc), f32(m * mn)
        y += [f32(f32(d1 * (v & 0xF)) - m1) for v in q[:32]]
        y += [f32(f32(d2 * (v >> 4)) - m2) for v in q[:32]]
        q, s = q[32:], s + 2
    return y


def q6_k(b):
    ql, qh, sc, d, out = b[:128], b[128:192], b[192:208], half(b[208:]), []
    for _ in range(0, 256, 128):
        y = [0.0] * 128
        for l in range(32):
            s = l // 16
            q1 = ((ql[l] & 0xF) | (((qh[l] >> 0) & 3) << 4)) - 32
            q2 = ((ql[l + 32] & 0xF) | (((qh[l] >> 2) & 3) << 4)) - 32
            q3 = ((ql[l] >> 4) | (((qh[l] >> 4) & 3) << 4)) - 32
            q4 = ((ql[l + 32] >> 4) | (((qh[l] >> 6) & 3) << 4)) - 32
            y[l] = f32(f32(d * i8(sc[s])) * q1)
            y[l + 32] = f32(f32(d * i8(sc[s + 2])) * q2)
            y[l + 64] = f32(f32(d * i8(sc[s + 4])) * q3)
            y[l + 96] = f32(f32(d * i8(sc[s + 6])) * q4)
        out += y
        ql, qh, sc = ql[64:], qh[32:], sc[8:]
    return out


TYPES = {"Q4_0": (18, [0], q4_0), "Q5_0": (22, [0], q5_0), "Q8_0": (34, [0], q8_0),
         "Q4_K": (144, [0, 2], q4_k), "Q6_K": (210, [208], q6_k)}


def main():
    rng = random.Random(6)
    with open("blocks.txt", "w", encoding="ascii") as out:
        for name, (size, halves, values) in TYPES.items():
            for _ in range(3):
                block = bytearray(rng.randbytes(size))
                for at in halves:
                    block[at:at + 2] = struct.pack("<e", rng.uniform(-0.1, 0.1))
                floats = b"".join(struct.pack(">f", v) for v in values(bytes(block)))
                out.write(f"{name} {block.hex()} {floats.hex()}\n")


if __name__ == "__main__":
    main()
