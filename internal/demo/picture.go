package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// skinPicture is a drawing of the skin's three layers with hairs, for the first lesson: no text, so no font is needed.
func skinPicture() ([]byte, error) {
	const width, height = 960, 540
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	fill := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, width, 120, color.RGBA{235, 243, 252, 255})      // air
	fill(0, 120, width, 180, color.RGBA{242, 201, 172, 255})    // epidermis
	fill(0, 180, width, 360, color.RGBA{232, 160, 140, 255})    // dermis
	fill(0, 360, width, height, color.RGBA{247, 221, 140, 255}) // subcutis
	for y := 180; y < 360; y += 30 {
		fill(0, y, width, y+2, color.RGBA{214, 138, 120, 255}) // fibres
	}
	for x := 110; x < width; x += 185 {
		fill(x, 40, x+8, 380, color.RGBA{70, 50, 45, 255})
		fill(x-8, 372, x+16, 400, color.RGBA{70, 50, 45, 255})
	}
	fill(0, 300, width, 308, color.RGBA{190, 50, 60, 255}) // a vessel
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
