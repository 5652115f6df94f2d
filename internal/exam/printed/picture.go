package printed

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // is read as its first picture
	"image/jpeg"
	_ "image/png" // is read
	"slices"
)

const (
	// maxPixels bounds a picture that is read: a phone's has half as many.
	maxPixels = 24_000_000
	// maxSide bounds one that is printed: the width of a page at more than 200 dots an inch.
	maxSide = 1600
	// dotsPerInch says how large a picture stands on the page where there is room.
	dotsPerInch = 150
	jpegQuality = 85
)

// Picture is one as it is printed: upright, on white, no larger than a page shows.
type Picture struct {
	jpeg          []byte
	width, height int // pixels
}

// reading lets one picture be read at a time: as pixels a large one takes 200 MB, which the exams beside it need.
var reading = make(chan struct{}, 1)

// PictureOf reads a JPEG, PNG or GIF; ok is false for what is none, or too large.
func PictureOf(data []byte) (p Picture, ok bool) {
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || head.Width < 1 || head.Height < 1 || head.Width > maxPixels/head.Height {
		return Picture{}, false
	}
	reading <- struct{}{}
	defer func() { <-reading }()
	read, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return Picture{}, false
	}
	shown := upright(smaller(onWhite(read)), orientation(data))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shown, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return Picture{}, false
	}
	return Picture{out.Bytes(), shown.Rect.Dx(), shown.Rect.Dy()}, true
}

// onWhite is a picture as paper shows it.
func onWhite(read image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, read.Bounds().Dx(), read.Bounds().Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, read, read.Bounds().Min, draw.Over)
	return out
}

// smaller makes squares of pixels one pixel, their mean, until the longer side fits.
func smaller(in *image.RGBA) *image.RGBA {
	each := (max(in.Rect.Dx(), in.Rect.Dy()) + maxSide - 1) / maxSide
	if each == 1 {
		return in
	}
	out := image.NewRGBA(image.Rect(0, 0, max(1, in.Rect.Dx()/each), max(1, in.Rect.Dy()/each)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.SetRGBA(x, y, meanOf(in, image.Rect(x*each, y*each, (x+1)*each, (y+1)*each).Intersect(in.Rect)))
		}
	}
	return out
}

func meanOf(in *image.RGBA, part image.Rectangle) color.RGBA {
	var sum [3]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := in.Pix[in.PixOffset(part.Min.X, y):in.PixOffset(part.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			sum[0], sum[1], sum[2] = sum[0]+int(row[i]), sum[1]+int(row[i+1]), sum[2]+int(row[i+2])
		}
	}
	n := part.Dx() * part.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 0xff}
}

// upright turns and mirrors a picture as its camera says it was held (Exif 2.3, Orientation 1 to 8), as browsers do.
func upright(in *image.RGBA, held int) *image.RGBA {
	w, h := in.Rect.Dx(), in.Rect.Dy()
	from, known := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[held]
	if !known {
		return in
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if held >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			fromX, fromY := from(x, y)
			out.SetRGBA(x, y, in.RGBAAt(fromX, fromY))
		}
	}
	return out
}

// orientation is what a JPEG's Exif says of how the camera was held, 1 where it says nothing.
func orientation(data []byte) int {
	const tag, entryBytes = 0x0112, 12
	at := bytes.Index(data[:min(len(data), 1<<16)], []byte("Exif\x00\x00"))
	if at < 0 || !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		return 1
	}
	tiff := data[at+6:]
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(tiff) < 8 {
		return 1
	}
	directory := int(order.Uint32(tiff[4:]))
	if directory < 8 || directory > len(tiff)-2 {
		return 1
	}
	entries := tiff[directory+2:]
	entries = entries[:min(len(entries), entryBytes*int(order.Uint16(tiff[directory:])))]
	for entry := range slices.Chunk(entries, entryBytes) {
		if len(entry) == entryBytes && order.Uint16(entry) == tag {
			return int(order.Uint16(entry[8:]))
		}
	}
	return 1
}

// within is how large a picture stands in a frame, in points: its own size, or smaller.
func (p Picture) within(width, height float64) (w, h float64) {
	w, h = float64(p.width)*72/dotsPerInch, float64(p.height)*72/dotsPerInch
	scale := min(1, width/w, height/h)
	return w * scale, h * scale
}
